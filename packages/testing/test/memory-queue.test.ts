import { describe, expect, test } from '@jest/globals'
import { queue } from '@lpipe/core'
import type { SendFailure } from '@lpipe/core/outbox'
import { entryFor, type MemoryQueue, memoryQueue, memorySenders, senderContract } from '@lpipe/testing'

/** Sends bodies to the queue, in one call. */
const send = (target: MemoryQueue, ...bodies: unknown[]) =>
  target.send(
    target.queue,
    bodies.map((body) => target.prepare(entryFor(target.queue, body)).wire),
    new AbortController().signal,
  )

const full: SendFailure = { code: 'Full', reason: 'no space', senderFault: false }

describe('memoryQueue', () => {
  test('remembers what it was sent, and the size of each call', async () => {
    const target = memoryQueue()
    expect(await send(target, { a: 1 }, 'text')).toEqual([undefined, undefined])
    await send(target, null)
    expect(target.sent.map(({ body }) => body)).toEqual([{ a: 1 }, 'text', null])
    expect(target.sent[0]?.entry).toMatchObject({ body: '{"a":1}', headers: { 'lpipe-trail': '1|test' } })
    expect(target.calls).toEqual([2, 1])
  })

  test('is a queue for actions and payloads, with its own sender', () => {
    const target = memoryQueue({ name: 'orders', path: 'ADD' })
    expect(target.queue).toMatchObject({ name: 'orders', path: 'ADD' })
    expect(target.queue.sender?.()).toMatchObject({ maxEntries: 10, maxBytes: 1_048_576 })
    expect(memoryQueue({ maxEntries: 2, maxBytes: 100 })).toMatchObject({ maxEntries: 2, maxBytes: 100 })
  })

  test('counts bytes, not characters', () => {
    const target = memoryQueue()
    expect(target.prepare(entryFor(target.queue, 'ü€🦄')).size).toBe(11)
  })

  test('keeps the order of message groups with `ordered`', () => {
    const keyOf = (ordered: boolean, overrides: object = {}) => {
      const { queue: to, prepare } = memoryQueue({ ordered })
      return prepare(entryFor(to, 1, overrides)).orderingKey
    }
    expect(keyOf(false, { sourceGroup: 'g' })).toBeUndefined()
    expect(keyOf(true, { sourceGroup: 'g' })).toBe('g')
    expect(keyOf(true, { queue: queue({ type: 'memory', name: 'm', groupId: 'own' }) })).toBe('own')
    expect(keyOf(true)).toBe('all')
  })

  test('refuses what `refuse` returns a failure for, and does not keep it', async () => {
    const target = memoryQueue({ refuse: ({ n }: { n: number }) => (n === 2 ? full : undefined) })
    expect(await send(target, { n: 1 }, { n: 2 }, { n: 3 })).toEqual([undefined, full, undefined])
    expect(target.sent.map(({ body }) => body)).toEqual([{ n: 1 }, { n: 3 }])
  })

  test('hands over the number of the call, so that a second attempt may succeed', async () => {
    const target = memoryQueue({ refuse: (_, call) => (call === 1 ? full : undefined) })
    expect(await send(target, 1)).toEqual([full])
    expect(await send(target, 1)).toEqual([undefined])
    expect(target.sent).toHaveLength(1)
  })

  test('keeps nothing of a call that fails as a whole', async () => {
    const target = memoryQueue({
      refuse: () => {
        throw new Error('no network')
      },
    })
    await expect(send(target, 1, 2)).rejects.toThrow('no network')
    expect(target.sent).toEqual([])
    expect(target.calls).toEqual([2])
  })

  test('shares nothing with another', async () => {
    const [one, other] = [memoryQueue(), memoryQueue()]
    await send(one, 1)
    expect(other.sent).toEqual([])
  })
})

describe('memoryQueue keeps the contract of senders', () => {
  const cases = senderContract.filter(
    ({ name }) => name !== 'a queue that does not exist accepts nothing, and why does not quote the entry',
  )
  test.each(cases)('$name', async ({ check }) => {
    const target = memoryQueue()
    const arrived = async () => target.sent.map(({ body }) => body)
    await check({ sender: target as never, queue: target.queue, missing: target.queue, arrived })
  })
})

describe('memorySenders', () => {
  test('replaces queues by type, and returns what each accepted, by its name or URL', async () => {
    const { senders, sentTo } = memorySenders()
    expect(Object.keys(senders)).toEqual(['sqs', 'kinesis'])
    const url = 'https://sqs.test/1/bills'
    const queues = [
      queue({ type: 'sqs', name: 'orders', groupId: 'g' }),
      queue({ type: 'sqs', url }),
      queue({ type: 'kinesis', name: 'orders' }),
    ]
    for (const [index, to] of queues.entries()) {
      const sender = senders[to.type] as unknown as MemoryQueue
      await sender.send(to, [sender.prepare(entryFor(to, index)).wire], new AbortController().signal)
    }
    expect(sentTo('orders')).toEqual([0, 2])
    expect(sentTo(url)).toEqual([1])
    expect(sentTo('none')).toEqual([])
  })

  test('takes the types to replace', () => {
    expect(Object.keys(memorySenders(['webhook']).senders)).toEqual(['webhook'])
  })
})
