import { describe, expect, test } from '@jest/globals'
import type { Entry, Refusal } from '@lpipe/core'
import { type MemoryQueue, memoryQueue } from '@lpipe/testing'

/** Sends these to the queue, in one call. */
const send = (target: MemoryQueue, ...bodies: unknown[]) =>
  target.send(
    target.queue,
    bodies.map((body) => ({ queue: target.queue, body: JSON.stringify(body) }) as Entry),
    { signal: new AbortController().signal },
  )

const refusal: Refusal = { code: 'Full', reason: 'no room', senderFault: false }

describe('memoryQueue', () => {
  test('remembers what it was sent, and in which calls', async () => {
    const target = memoryQueue()
    expect(await send(target, { a: 1 }, 'text')).toEqual([undefined, undefined])
    await send(target, null)
    expect(target.sent.map(({ body }) => body)).toEqual([{ a: 1 }, 'text', null])
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
    expect(target.sizeOf({ queue: target.queue, body: '"ü€🦄"' } as Entry)).toBe(11)
  })

  test('refuses what it is told to refuse, and does not keep it', async () => {
    const target = memoryQueue({ refuse: ({ n }: { n: number }) => (n === 2 ? refusal : undefined) })
    expect(await send(target, { n: 1 }, { n: 2 }, { n: 3 })).toEqual([undefined, refusal, undefined])
    expect(target.sent.map(({ body }) => body)).toEqual([{ n: 1 }, { n: 3 }])
  })

  test('tells which call it is, so that a second try may do', async () => {
    const target = memoryQueue({ refuse: (_, call) => (call === 1 ? refusal : undefined) })
    expect(await send(target, 1)).toEqual([refusal])
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
