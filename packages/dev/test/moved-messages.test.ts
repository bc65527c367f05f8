import { expect, test } from '@jest/globals'
import { createMovedMessages } from '../src/dead-letters/moved-messages.ts'
import { createEntries } from '../src/trace/entries.ts'

const sent = (id: string, queue: string) => ({ id, queue, index: 0, body: '{}', attributes: {} })

test('a message was moved if it was sent to another queue; its error is known also when its trace is forgotten', () => {
  const entries = createEntries({ messages: 2, bytes: 1e6 })
  const moved = createMovedMessages(entries)
  const error = { name: 'NoPaper', message: 'the printer is out of paper', frames: [], causes: [] }
  Object.assign(entries.add(sent('moved', 'sqs:orders'), 0), { path: 'PRINT', function: 'print', error })
  entries.add(sent('written', 'sqs:dead'), 0)
  const both = () => ['moved', 'written'].map((id) => moved.get('dead', id))
  const known = [{ queue: 'sqs:orders', path: 'PRINT', function: 'print', error }, undefined]
  expect(both()).toMatchObject(known)

  moved.remember('dead', ['moved', 'written'])
  for (const id of ['later', 'latest']) entries.add(sent(id, 'sqs:orders'), 1)
  expect(entries.get('moved')).toBeUndefined()
  expect(both()).toMatchObject(known)
  moved.remember('dead', ['moved', 'written'])
  expect(both()).toMatchObject(known)

  moved.remember('dead', [])
  expect(both()).toEqual([undefined, undefined])
})
