import { expect, test } from '@jest/globals'
import { createEntries } from '../src/trace/entries.ts'

const message = (id: string, body = '') => ({ id, queue: 'sqs:orders', index: 0, body, attributes: {} })

test('the newest messages are kept, within both limits, and each is counted once', () => {
  const entries = createEntries({ messages: 100, bytes: 1_000_000 })
  for (let count = 0; count < 250; count += 1) entries.setState(entries.add(message(`m${count}`), count), 'succeeded')
  expect([...entries.newest()].map(({ id }) => id)).toHaveLength(100)
  expect(entries.get('m149')).toBeUndefined()
  expect(entries.get('m150')).toBeDefined()
  expect(entries.totals()).toMatchObject({ messages: 250, succeeded: 250 })
  expect(entries.hasForgotten()).toBe(true)

  entries.add(message('large', 'x'.repeat(980_000)), 0)
  // 500 bytes are counted for each besides its body.
  expect([...entries.newest()]).toHaveLength(40)
  expect(entries.get('large')).toBeDefined()
})

test('a message that was forgotten while it waited is counted, and once only when it is received', () => {
  const entries = createEntries({ messages: 2, bytes: 1_000_000 })
  for (const id of ['a', 'b', 'c']) entries.add(message(id), 0)
  expect(entries.get('a')).toBeUndefined()
  expect(entries.totals()).toMatchObject({ messages: 3, waiting: 3 })
  entries.setState(entries.add(message('a'), 0), 'succeeded')
  expect(entries.totals()).toMatchObject({ messages: 3, waiting: 2, succeeded: 1 })
  entries.setState(entries.add(message('b'), 0), 'succeeded')
  entries.setState(entries.add(message('c'), 0), 'failed')
  expect(entries.totals()).toMatchObject({ messages: 3, waiting: 0, succeeded: 2, failed: 1 })
  expect(entries.openIn('sqs:orders')).toBe(1)
})

test('a message that was forgotten between two tries is not counted until it is received again', () => {
  const entries = createEntries({ messages: 1, bytes: 1_000_000 })
  entries.setState(entries.add(message('a'), 0), 'failed')
  entries.setState(entries.add(message('b'), 0), 'succeeded')
  expect(entries.totals()).toMatchObject({ messages: 1, failed: 0, succeeded: 1 })
  entries.setState(entries.add(message('a'), 0), 'dead')
  expect(entries.totals()).toMatchObject({ messages: 2, failed: 0, dead: 1 })
})

test('the way of a message has one beginning, and no circle', () => {
  const entries = createEntries({ messages: 10, bytes: 1_000_000 })
  const [a, b, c] = ['a', 'b', 'c'].map((id) => entries.add(message(id), 0)) as [never, never, never]
  entries.connect(c, b)
  entries.connect(b, a)
  entries.connect(a, c) // FIFO: the third message has sent the first one again
  expect([...entries.newest()].map(({ id, rootId, parentId }) => [id, rootId, parentId])).toEqual([
    ['c', 'a', 'b'],
    ['b', 'a', 'a'],
    ['a', 'a', undefined],
  ])
})
