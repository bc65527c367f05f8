import { expect, test } from '@jest/globals'
import { createMovedMessages } from '../src/dead-letters/moved-messages.ts'
import { createEntries } from '../src/trace/entries.ts'

const sent = (id: string, queue: string) => ({ id, queue, index: 0, body: '{}', attributes: {} })

test('a message was moved if it was sent to another queue, also when its trace is forgotten', () => {
  const entries = createEntries({ messages: 2, bytes: 1e6 })
  const moved = createMovedMessages(entries)
  entries.add(sent('moved', 'sqs:orders'), 0)
  entries.add(sent('written', 'sqs:dead'), 0)
  const both = (): boolean[] => ['moved', 'written'].map((id) => moved.has('dead', id))
  expect(both()).toEqual([true, false])

  moved.look('dead', ['moved', 'written'])
  for (const id of ['later', 'latest']) entries.add(sent(id, 'sqs:orders'), 1)
  expect(entries.get('moved')).toBeUndefined()
  expect(both()).toEqual([true, false])
  moved.look('dead', ['moved', 'written'])
  expect(both()).toEqual([true, false])

  moved.look('dead', [])
  expect(both()).toEqual([false, false])
})
