import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { FailCatastrophically, InvalidConfigurationError } from '@lpipe/core'
import { errorOf, reject } from '@lpipe/core/middleware'
import type { SendFailure } from '@lpipe/core/outbox'
import { timeOver } from '../../batch-with.ts'
import {
  type Answer,
  busy,
  errorTexts,
  type OutboxSetup,
  outboxWith,
  outcomes,
  queueNamed,
  serviceError,
  sleep,
  testSender,
  to,
  turn,
  type Wire,
  wrong,
} from '../outbox-with.ts'

interface Body {
  readonly id?: number
  readonly key?: string
  readonly size?: number
  readonly bad?: boolean
}

const sizes = (calls: readonly { readonly bodies: readonly unknown[] }[]) => calls.map(({ bodies }) => bodies.length)
const ids = (calls: readonly { readonly bodies: readonly unknown[] }[]) =>
  calls.map(({ bodies }) => bodies.map((body) => (body as Body).id))

const unhandled: unknown[] = []
const listen = (reason: unknown) => void unhandled.push(reason)
beforeEach(() => {
  unhandled.length = 0
  process.on('unhandledRejection', listen)
})
afterEach(async () => {
  await turn()
  process.off('unhandledRejection', listen)
  expect(unhandled).toEqual([])
})

/** Sends a body for each message, in one outbox, and flushes it. */
const sendAll = async (
  bodies: readonly unknown[],
  answer: Answer = () => undefined,
  setup: OutboxSetup = {},
  overrides: Parameters<typeof testSender>[1] = {},
) => {
  const { sender, calls } = testSender(answer, overrides)
  const opened = outboxWith({ groups: bodies.map(() => undefined), ...setup })
  for (const [index, body] of bodies.entries()) {
    opened.outbox.add(opened.message(index), to, sender, body)
    opened.succeed(index)
  }
  await opened.outbox.flush()
  return { ...opened, calls }
}

const bodiesOf = (count: number, more: object = {}): Body[] =>
  Array.from({ length: count }, (_, id) => ({ id, ...more }))

describe('calls', () => {
  test('are shared by the entries of many messages', async () => {
    const { calls, batch } = await sendAll(bodiesOf(23))
    expect(sizes(calls)).toEqual([10, 10, 3])
    expect(batch.sendCounters).toEqual({ sent: 23, failed: 0, calls: 3 })
  })

  test('hold no more bytes than the sender takes', async () => {
    const { calls } = await sendAll(
      [{ size: 60 }, { size: 40 }, { size: 1 }, { size: 100 }],
      undefined,
      {},
      { maxBytes: 100 },
    )
    expect(sizes(calls)).toEqual([2, 1, 1])
  })

  test('leave as soon as they are full', async () => {
    const { sender, calls } = testSender()
    const { outbox, message, succeed } = outboxWith({ groups: Array(11).fill(undefined) })
    for (let index = 0; index < 11; index += 1) {
      outbox.add(message(index), to, sender, {})
      succeed(index)
      expect(calls).toHaveLength(index < 9 ? 0 : 1)
    }
    await outbox.flush()
    expect(sizes(calls)).toEqual([10, 1])
  })

  test('leave as soon as their bytes are full', async () => {
    const { sender, calls } = testSender(() => undefined, { maxBytes: 100 })
    const { outbox, message, succeed } = outboxWith({ delivery: { lingerMillis: Infinity } })
    for (const size of [50, 49]) outbox.add(message(0), to, sender, { size })
    succeed(0)
    await turn()
    expect(calls).toHaveLength(0)
    outbox.add(message(0), to, sender, { size: 1 })
    outbox.commit(message(0))
    await turn()
    expect(sizes(calls)).toEqual([3])
  })

  test.each([1, 4])('to one queue run at most %p at the same time', async (maxCalls) => {
    let running = 0
    let most = 0
    const slow: Answer = async () => {
      running += 1
      most = Math.max(most, running)
      await turn()
      running -= 1
      return undefined
    }
    await sendAll(bodiesOf(20), slow, { delivery: { maxCalls } }, { maxEntries: 1 })
    expect(most).toBe(maxCalls)
  })
})

describe('40,000 entries of one invocation cost work that grows with their number', () => {
  const count = 40_000
  let reads = 0

  /** Counts how often the dispatcher reads the size and the ordering key of an entry. */
  const counting = (keyOf: (id: number) => string | undefined): Parameters<typeof testSender>[1] => ({
    prepare: ({ body }) => {
      const parsed = JSON.parse(body) as Body
      return {
        wire: { body: parsed } as Wire,
        get size() {
          reads += 1
          return body.length
        },
        get orderingKey() {
          reads += 1
          return keyOf(Number(parsed.id))
        },
      }
    },
  })

  test.each<[what: string, keyOf: (id: number) => string | undefined, answer: Answer, calls: number]>([
    ['without order', () => undefined, () => undefined, 4000],
    ['of one ordering key', () => 'k', () => undefined, 4000],
    ['each of its own ordering key', (id) => `k${id}`, () => undefined, 4000],
    ['of 100 ordering keys', (id) => `k${id % 100}`, () => undefined, 4000],
    ['refused once', () => undefined, (bodies, call) => (call <= 4000 ? bodies.map(() => busy) : undefined), 8000],
  ])('%s', async (_, keyOf, answer, calls) => {
    reads = 0
    const { sender, calls: made } = testSender(answer, counting(keyOf))
    const context = { getRemainingTimeInMillis: () => 120_000 }
    const { outbox, message, succeed, batch } = outboxWith({ context, delivery: { lingerMillis: Infinity } })
    for (let id = 0; id < count; id += 1) outbox.add(message(0), to, sender, { id })
    succeed(0)
    await outbox.flush()
    expect(outcomes(batch)).toEqual(['succeeded'])
    expect(batch.sendCounters.sent).toBe(count)
    expect(made.length / calls).toBeLessThan(1.01)
    expect(reads / count).toBeLessThan(50)
  })
})

describe('an entry waits for others to share its call', () => {
  test('at most `lingerMillis`', async () => {
    const sent = Promise.withResolvers<undefined>()
    const { sender, calls } = testSender(() => void sent.resolve(undefined))
    const { outbox, message, succeed } = outboxWith({ delivery: { lingerMillis: 20 } })
    const started = performance.now()
    outbox.add(message(0), to, sender, { id: 1 })
    succeed(0)
    await sent.promise
    expect(performance.now() - started).toBeGreaterThanOrEqual(19)
    expect(ids(calls)).toEqual([[1]])
  })

  test('also after an earlier call has left', async () => {
    const { sender, calls } = testSender()
    const { outbox, message, succeed } = outboxWith({ groups: [undefined, undefined], delivery: { lingerMillis: 50 } })
    outbox.add(message(0), to, sender, { id: 0 })
    succeed(0)
    while (calls.length === 0) await sleep(5)
    await turn()
    outbox.add(message(1), to, sender, { id: 1 })
    succeed(1)
    expect(ids(calls)).toEqual([[0]])
    await outbox.flush()
    expect(ids(calls)).toEqual([[0], [1]])
  })

  test('at most until the reserve begins', async () => {
    const isOver = timeOver(100)
    const sent = Promise.withResolvers<undefined>()
    const { sender } = testSender(() => void sent.resolve(undefined))
    const { outbox, message, succeed, batch } = outboxWith({
      delivery: { lingerMillis: 10_000 },
      context: { getRemainingTimeInMillis: () => 100 },
    })
    expect(batch.deadline.reserveMillis).toBe(20)
    outbox.add(message(0), to, sender, { id: 1 })
    succeed(0)
    await sent.promise
    expect(isOver()).toBe(false)
  })

  test('not at all when the messages are done', async () => {
    const { calls } = await sendAll([{ id: 1 }], undefined, { delivery: { lingerMillis: Infinity } })
    expect(ids(calls)).toEqual([[1]])
  })
})

describe('backpressure', () => {
  test('functions wait while more than `maxPendingBytes` wait to be sent', async () => {
    const answers: (() => void)[] = []
    const { sender, calls } = testSender(() => new Promise((resolve) => answers.push(() => resolve(undefined))), {
      maxEntries: 1,
    })
    const { outbox, message, succeed } = outboxWith({
      groups: Array(6).fill(undefined),
      delivery: { maxPendingBytes: 100, maxCalls: 2 },
    })
    const add = (index: number): Promise<void> | undefined => {
      outbox.add(message(index), to, sender, { id: index, size: 50 })
      succeed(index)
      return outbox.ready()
    }
    expect(add(0)).toBeUndefined()
    expect(add(1)).toBeUndefined()
    let isReady = false
    const ready = add(2)?.then(() => {
      isReady = true
    })
    expect(ready).toBeDefined()
    await turn()
    expect(isReady).toBe(false)
    expect(calls).toHaveLength(2)
    answers.shift()?.()
    await ready
    expect(outbox.ready()).toBeUndefined()
  })

  test('begins above `maxPendingBytes`, not at it', async () => {
    const { sender, calls } = testSender()
    const { outbox, message, succeed } = outboxWith({
      groups: [undefined, undefined],
      delivery: { maxPendingBytes: 100, lingerMillis: Infinity },
    })
    for (const index of [0, 1]) {
      outbox.add(message(index), to, sender, { size: 50 })
      succeed(index)
    }
    await turn()
    expect(calls).toEqual([])
    await outbox.flush()
    expect(sizes(calls)).toEqual([2])
  })

  test('sends what waits, whatever the linger', async () => {
    const { sender, calls } = testSender()
    const { outbox, message, succeed } = outboxWith({
      groups: Array(105).fill(undefined),
      delivery: { maxPendingBytes: 1, lingerMillis: Infinity, maxCalls: 1 },
    })
    for (let index = 0; index < 105; index += 1) {
      outbox.add(message(index), to, sender, { id: index })
      succeed(index)
    }
    await outbox.ready()
    expect(calls.flatMap(({ bodies }) => bodies)).toHaveLength(105)
  })

  test.each<[what: string, answer: Answer]>([
    ['are refused for good', (bodies) => bodies.map(() => wrong)],
    ['are refused after all attempts', (bodies) => bodies.map(() => busy)],
  ])('ends when the entries %s', async (_, answer) => {
    const { sender } = testSender(answer)
    const { outbox, message, succeed, batch } = outboxWith({ delivery: { maxPendingBytes: 1, maxAttempts: 2 } })
    outbox.add(message(0), to, sender, { id: 1 })
    succeed(0)
    await outbox.ready()
    expect(outbox.ready()).toBeUndefined()
    expect(outcomes(batch)).toEqual(['failed'])
  })

  test('ends when the entries are not sent any more', async () => {
    const { sender } = testSender((bodies: never[]) => bodies.map(() => wrong), { maxEntries: 1 })
    const { outbox, message, succeed, batch } = outboxWith({
      delivery: { maxPendingBytes: 1, lingerMillis: Infinity },
    })
    for (let id = 0; id < 5; id += 1) outbox.add(message(0), to, sender, { id, key: 'k' })
    succeed(0)
    await outbox.ready()
    expect(outbox.ready()).toBeUndefined()
    expect(batch.sendCounters).toEqual({ sent: 0, failed: 1, calls: 1 })
  })
})

test('a failure may say when its message is delivered again', async () => {
  const { batch } = await sendAll(bodiesOf(2), (bodies: never[]) =>
    bodies.map((_, id) => (id === 0 ? { ...wrong, retryAfterSeconds: 30 } : wrong)),
  )
  expect(batch.received.map(errorOf)).toMatchObject([{ retryAfterSeconds: 30 }, { retryAfterSeconds: undefined }])
})

describe('a call that is refused as a whole', () => {
  /** Refuses each call that holds a bad entry. */
  const refuseBad: Answer = (bodies: Body[]) => {
    if (bodies.some(({ bad }) => bad)) throw serviceError('InvalidParameterValueException')
    return undefined
  }

  test('because of one entry fails the message of that entry only', async () => {
    const bodies = bodiesOf(10).map((body) => (body.id === 6 ? { ...body, bad: true } : body))
    const { batch, calls } = await sendAll(bodies, refuseBad)
    expect(outcomes(batch)).toEqual(bodies.map(({ bad }) => (bad ? 'failed' : 'succeeded')))
    expect(errorTexts(batch)[6]).toBe(
      'UndeliverableError: could not send to test q: InvalidParameterValueException: the service refused the call',
    )
    expect(calls.length).toBeLessThanOrEqual(9)
    expect(batch.sendCounters).toEqual({ sent: 9, failed: 1, calls: calls.length })
  })

  test('because of all entries fails all, once each', async () => {
    const { batch, calls } = await sendAll(bodiesOf(8, { bad: true }), refuseBad)
    expect(new Set(outcomes(batch))).toEqual(new Set(['failed']))
    expect(sizes(calls).filter((size) => size === 1)).toHaveLength(8)
    expect(batch.sendCounters).toMatchObject({ sent: 0, failed: 8 })
  })

  test('because of all entries of one key fails all, once each', async () => {
    const { batch, calls } = await sendAll(bodiesOf(8, { bad: true, key: 'k' }), refuseBad)
    expect(sizes(calls).filter((size) => size === 1)).toHaveLength(8)
    expect(batch.sendCounters).toEqual({ sent: 0, failed: 8, calls: 15 })
  })

  test('keeps the order of each key', async () => {
    const accepted: number[] = []
    const tries = new Map<number, number>()
    const answer: Answer = (bodies: Body[]) => {
      refuseBad(bodies as never[], 0)
      return bodies.map(({ id = -1 }) => {
        tries.set(id, (tries.get(id) ?? 0) + 1)
        if (id === 1 && tries.get(id) === 1) return busy
        accepted.push(id)
        return undefined
      })
    }
    const keys = ['bad', 'k', 'other', 'k', 'k', 'other', 'k', 'k']
    const bodies = keys.map((key, id) => ({ id, key, bad: key === 'bad' }))
    const { batch } = await sendAll(bodies, answer)
    // What one accepted call reorders is for `strictOrder` to prevent; a split must not.
    expect(accepted.filter((id) => keys[id] === 'other')).toEqual([2, 5])
    expect(accepted.indexOf(1)).toBeLessThan(accepted.indexOf(4))
    expect(accepted.indexOf(1)).toBeLessThan(accepted.indexOf(6))
    expect(outcomes(batch).filter((outcome) => outcome === 'succeeded')).toHaveLength(7)
  })

  test('and answered in part before the time is up fails only what was not accepted', async () => {
    const answer: Answer = (bodies: Body[]) => {
      refuseBad(bodies as never[], 0)
      return bodies.some(({ id }) => id === 2) ? new Promise(() => undefined) : undefined
    }
    const bodies = bodiesOf(4).map((body) => (body.id === 3 ? { ...body, bad: true } : body))
    const { batch } = await sendAll(bodies, answer, { context: { getRemainingTimeInMillis: () => 100 } })
    expect(outcomes(batch)).toEqual(['succeeded', 'succeeded', 'failed', 'failed'])
    expect(batch.sendCounters).toMatchObject({ sent: 2, failed: 2 })
  })

  test('counts no attempt of an entry that waits for an earlier one', async () => {
    const refusedOnce = new Set<number | undefined>()
    const answer: Answer = (bodies: Body[]) => {
      refuseBad(bodies as never[], 0)
      return bodies.map(({ id }) => {
        if (refusedOnce.has(id)) return undefined
        refusedOnce.add(id)
        return busy
      })
    }
    const bodies = [
      { id: 0, bad: true },
      { id: 1, key: 'k' },
      { id: 2, key: 'k' },
    ]
    const { batch, lines } = await sendAll(bodies, answer, { delivery: { maxAttempts: 2 } })
    expect(outcomes(batch)).toEqual(['failed', 'succeeded', 'succeeded'])
    expect(lines.map(([, text]) => text)).toContain('test q did not accept an entry 3 times')
  })

  test('sends no later entry of a key whose message failed for good', async () => {
    const { sender, calls } = testSender(refuseBad)
    const { outbox, message, succeed, batch } = outboxWith()
    outbox.add(message(0), to, sender, { id: 0, key: 'k', bad: true })
    outbox.add(message(0), to, sender, { id: 1, key: 'k' })
    succeed(0)
    await outbox.flush()
    expect(outcomes(batch)).toEqual(['failed'])
    expect(ids(calls)).toEqual([[0, 1], [0]])
  })

  test('sends the other half no more after an error elsewhere', async () => {
    const first = Promise.withResolvers<undefined>()
    const { sender, calls } = testSender(async (bodies: Body[], call) => {
      if (call === 1) throw serviceError('InvalidParameterValueException')
      await first.promise
      return bodies.map(() => undefined)
    })
    const { outbox, message, succeed } = outboxWith()
    for (let id = 0; id < 4; id += 1) outbox.add(message(0), to, sender, { id })
    succeed(0)
    const flushed = outbox.flush()
    await turn()
    const abandoned = outbox.abandon()
    first.resolve(undefined)
    await Promise.all([abandoned, flushed])
    expect(ids(calls)).toEqual([
      [0, 1, 2, 3],
      [0, 1],
    ])
  })
})

describe('a call that is larger than its queue allows', () => {
  /** Refuses calls and entries of more than this number of bytes. */
  const refuseOver =
    (limit: number): Answer =>
    (bodies: Body[]) => {
      if (bodies.reduce((sum, { size = 0 }) => sum + size, 0) > limit) throw serviceError('BatchRequestTooLong')
      return undefined
    }

  test('is split, and later calls are smaller; the order is kept', async () => {
    const { calls, batch } = await sendAll(bodiesOf(30, { size: 100, key: 'k' }), refuseOver(500))
    const accepted = calls.filter(({ bodies }) => bodies.length <= 5)
    expect(ids(accepted).flat()).toEqual(bodiesOf(30).map(({ id }) => id))
    expect(sizes(calls)).toEqual([10, 5, 5, 5, 5, 5, 5])
    expect(new Set(outcomes(batch))).toEqual(new Set(['succeeded']))
  })

  test('because of one entry does not make later calls smaller', async () => {
    const bodies = bodiesOf(40).map((body) => ({ ...body, size: body.id === 0 ? 600 : 10 }))
    const { calls, batch } = await sendAll(bodies, refuseOver(500), { delivery: { maxCalls: 1 } }, { maxBytes: 1000 })
    expect(outcomes(batch).filter((outcome) => outcome === 'failed')).toHaveLength(1)
    expect(errorTexts(batch)[0]).toContain('BatchRequestTooLong')
    expect(sizes(calls).slice(-3)).toEqual([10, 10, 10])
  })
})

describe('retries', () => {
  test('end after `maxAttempts`', async () => {
    const { calls, batch, lines } = await sendAll([{ id: 0 }], (bodies) => bodies.map(() => busy), {
      delivery: { maxAttempts: 3 },
    })
    expect(calls).toHaveLength(3)
    expect(errorTexts(batch)).toEqual(['FailCatastrophically: could not send to test q: Busy: try again'])
    expect(lines).toEqual([
      [
        'warn',
        'test q did not accept an entry; it is retried: Busy: try again',
        { queue: 'test q', code: 'Busy', entries: 1 },
      ],
      ['warn', 'test q did not accept an entry 3 times', { failures: 3 }],
    ])
  })

  test('end after `maxRetryMillis`', async () => {
    const once = await sendAll([{}], (bodies) => bodies.map(() => busy), { delivery: { maxRetryMillis: 0 } })
    expect(once.calls).toHaveLength(1)
    const started = performance.now()
    const more = await sendAll([{}], (bodies) => bodies.map(() => busy), {
      delivery: { maxAttempts: 1_000_000, maxRetryMillis: 60, retryMillis: 10 },
    })
    expect(performance.now() - started).toBeLessThan(20_000)
    expect(more.calls.length).toBeGreaterThan(1)
    expect(outcomes(more.batch)).toEqual(['failed'])
  })

  test('end before the time of the invocation is up', async () => {
    const isOver = timeOver(200)
    const { batch } = await sendAll([{}], (bodies) => bodies.map(() => busy), {
      delivery: { maxAttempts: 1_000_000 },
      context: { getRemainingTimeInMillis: () => 200 },
    })
    expect(isOver()).toBe(false)
    expect(outcomes(batch)).toEqual(['failed'])
  })

  test('wait, longer each time, by chance', async () => {
    const random = Math.random
    Math.random = () => 1
    try {
      const times: number[] = []
      await sendAll(
        [{}],
        (bodies) => {
          times.push(performance.now())
          return bodies.map(() => busy)
        },
        { delivery: { maxAttempts: 4, retryMillis: 10 } },
      )
      const waits = times.slice(1).map((time, index) => time - (times[index] as number))
      expect(waits[0]).toBeGreaterThanOrEqual(9)
      expect(waits[1]).toBeGreaterThanOrEqual(19)
      expect(waits[2]).toBeGreaterThanOrEqual(39)
      Math.random = () => 0
      const started = performance.now()
      await sendAll([{}], (bodies) => bodies.map(() => busy), { delivery: { retryMillis: 60_000 } })
      expect(performance.now() - started).toBeLessThan(30_000)
    } finally {
      Math.random = random
    }
  })

  test('concern the refused entries only, and all messages end well', async () => {
    const { calls, batch } = await sendAll(bodiesOf(4), (bodies: Body[], call) =>
      bodies.map(({ id = 0 }) => (id % 2 === 0 && call < 3 ? busy : undefined)),
    )
    expect(ids(calls)).toEqual([
      [0, 1, 2, 3],
      [0, 2],
      [0, 2],
    ])
    expect(new Set(outcomes(batch))).toEqual(new Set(['succeeded']))
    expect(batch.sendCounters).toEqual({ sent: 4, failed: 0, calls: 3 })
  })
})

describe('a fault that no retry mends fails at once', () => {
  test.each<[what: string, error: unknown]>([
    ['no credentials', Object.assign(new Error('no'), { name: 'CredentialsProviderError' })],
    ['no region', new Error('Region is missing')],
    ['no SDK', new InvalidConfigurationError('install it')],
    ['no queue', serviceError('QueueDoesNotExist')],
    ['no stream', serviceError('ResourceNotFoundException')],
    ['no right', serviceError('AccessDeniedException')],
  ])('%s', async (_, error) => {
    const { calls, batch, lines } = await sendAll(bodiesOf(10), () => {
      throw error
    })
    expect(sizes(calls)).toEqual([10])
    expect(new Set(outcomes(batch))).toEqual(new Set(['failed']))
    expect(lines[0]?.[1]).toContain('it is not retried')
  })

  test('an entry that is refused for good', async () => {
    const { calls, batch } = await sendAll(bodiesOf(3), (bodies: Body[]) =>
      bodies.map(({ id }) => (id === 1 ? wrong : undefined)),
    )
    expect(outcomes(batch)).toEqual(['succeeded', 'failed', 'succeeded'])
    expect(errorTexts(batch)[1]).toBe('UndeliverableError: could not send to test q: Wrong: never')
    expect(calls).toHaveLength(1)
  })

  test('the error is the cause, unless it is of a service, whose text may quote an entry', async () => {
    const own = new TypeError('of the sender')
    const causeOf = async (error: unknown) => {
      const { batch, lines } = await sendAll(
        [{}],
        () => {
          throw error
        },
        { delivery: { maxAttempts: 1 } },
      )
      expect(JSON.stringify(lines)).not.toContain('secret')
      const [message] = batch.received
      return message?.result?.status === 'rejected' ? (message.result.reason as Error).cause : 'none'
    }
    expect(await causeOf(own)).toBe(own)
    expect(await causeOf(serviceError('AccessDeniedException'))).toBeUndefined()
  })
})

describe('an odd sender fails its messages, and nothing else', () => {
  const { proxy: unreadable, revoke } = Proxy.revocable({}, {})
  revoke()

  test.each<[what: string, send: () => unknown]>([
    ['returns null for an entry', async () => [null, null]],
    ['returns null', async () => null],
    ['returns undefined', async () => undefined],
    ['returns too few answers', async () => [undefined]],
    ['returns too many answers', async () => [undefined, undefined, undefined]],
    ['returns an array with holes', async () => Array(3)],
    ['returns strings', async () => 'ok'],
    ['returns an unreadable failure', async () => [unreadable, unreadable]],
    ['returns an unreadable value', async () => unreadable],
    ['returns no promise', () => [busy, busy]],
    [
      'throws at once',
      () => {
        throw new Error('at once')
      },
    ],
    ['rejects', () => Promise.reject(new Error('later'))],
    ['rejects with undefined', () => Promise.reject(undefined)],
    ['rejects with an unreadable value', () => Promise.reject(unreadable)],
    [
      'rejects with an error whose name is a symbol',
      () => Promise.reject(Object.assign(new Error(), { name: Symbol() })),
    ],
    [
      'rejects with an error whose message throws',
      () =>
        Promise.reject(
          Object.defineProperty(new Error(), 'message', {
            get: () => {
              throw new Error('no')
            },
          }),
        ),
    ],
  ])('that %s', async (_, send) => {
    const odd = await sendAll(bodiesOf(2), undefined, { delivery: { maxAttempts: 2 } }, { send: send as never })
    expect(outcomes(odd.batch)).toEqual(['failed', 'failed'])
    expect(odd.batch.sendCounters).toMatchObject({ sent: 0, failed: 2 })
  })

  test('that rejects with an unreadable value: the value is not passed on', async () => {
    const send = (() => Promise.reject(unreadable)) as never
    const odd = await sendAll(bodiesOf(1), undefined, { delivery: { maxAttempts: 1 } }, { send })
    expect(errorOf(odd.batch.received[0] as never)).not.toHaveProperty('cause')
  })

  test('that returns an array of promises is not called again, because it may have sent the entries', async () => {
    const { calls, batch } = await sendAll(bodiesOf(2), (bodies) => bodies.map(async () => undefined) as never)
    expect(calls).toHaveLength(1)
    expect(errorTexts(batch)[1]).toContain('InvalidAnswer: the sender returned an array of promises')
  })

  test('that promises one answer of several is at fault itself, not the entry', async () => {
    const send = async () => [undefined, Promise.resolve(undefined)]
    const { batch } = await sendAll(bodiesOf(2), undefined, {}, { send: send as never })
    expect(errorTexts(batch)[1]).toMatch(/^FailCatastrophically: .*InvalidAnswer/)
  })

  test('that returns a wrong number of answers is called again', async () => {
    const { calls, batch } = await sendAll(bodiesOf(2), (_, call) => (call === 1 ? [] : undefined))
    expect(sizes(calls)).toEqual([2, 2])
    expect(outcomes(batch)).toEqual(['succeeded', 'succeeded'])
  })

  test('that never answers, before the time of the invocation is up; its signal is aborted', async () => {
    const isOver = timeOver(200)
    const { calls, batch } = await sendAll([{}], () => new Promise(() => undefined), {
      context: { getRemainingTimeInMillis: () => 200 },
    })
    expect(isOver()).toBe(false)
    expect(errorTexts(batch)).toEqual([
      'FailCatastrophically: could not send to test q: no answer before the time of the invocation was up',
    ])
    expect(calls[0]?.signal.aborted).toBe(true)
  })

  test('that answers too late changes nothing', async () => {
    const answer = Promise.withResolvers<undefined>()
    const { batch } = await sendAll([{}], () => answer.promise, { context: { getRemainingTimeInMillis: () => 100 } })
    answer.resolve(undefined)
    await turn()
    expect(outcomes(batch)).toEqual(['failed'])
    expect(batch.sendCounters).toEqual({ sent: 0, failed: 1, calls: 1 })
  })
})

describe('order', () => {
  test('one call at a time carries an ordering key', async () => {
    let running = 0
    const { calls } = await sendAll(
      bodiesOf(25, { key: 'k' }),
      async () => {
        running += 1
        expect(running).toBe(1)
        await turn()
        running -= 1
        return undefined
      },
      {},
      { maxEntries: 5 },
    )
    expect(ids(calls).flat()).toEqual(bodiesOf(25).map(({ id }) => id))
  })

  test('after a refused entry later calls with its key wait, others do not', async () => {
    const bodies = ['a', 'a', 'b', 'a'].map((key, id) => ({ id, key }))
    const { calls } = await sendAll(
      bodies,
      (sent: Body[], call) => sent.map(({ id }) => (id === 0 && call < 4 ? busy : undefined)),
      {},
      { maxEntries: 1 },
    )
    const order = ids(calls).flat()
    expect(order.filter((id) => id !== 2)).toEqual([...order.filter((id) => id === 0), 1, 3])
    expect(order.slice(0, 2)).toContain(2)
  })

  test('`strictOrder` sends one entry of a key in a call', async () => {
    const strict = queueNamed('strict', { strictOrder: true })
    const { sender, calls } = testSender((sent: Body[], call) =>
      sent.map(({ id }) => (id === 0 && call === 1 ? busy : undefined)),
    )
    const { outbox, message, succeed } = outboxWith()
    for (const [id, key] of ['a', 'a', 'b'].entries()) outbox.add(message(0), strict, sender, { id, key })
    succeed(0)
    await outbox.flush()
    expect(ids(calls)).toEqual([[0, 2], [0], [1]])
  })

  test.each([
    ['its sender asks for it', {}, [[0, 2], [0], [1]]],
    ['unless the queue says otherwise', { strictOrder: false }, [[0, 1, 2], [0]]],
  ] as const)('one entry of a key is in a call if %s', async (_, options, expected) => {
    const { sender, calls } = testSender((sent: Body[], call) =>
      sent.map(({ id }) => (id === 0 && call === 1 ? busy : undefined)),
    )
    const strict: typeof sender = { ...sender, prepare: (entry) => ({ ...sender.prepare(entry), isStrict: true }) }
    const { outbox, message, succeed } = outboxWith()
    const target = queueNamed('asked', options)
    for (const [id, key] of ['a', 'a', 'b'].entries()) outbox.add(message(0), target, strict, { id, key })
    succeed(0)
    await outbox.flush()
    expect(ids(calls)).toEqual(expected)
  })

  test('what must keep order is not sent after its message has failed', async () => {
    const { sender, calls } = testSender((sent: Body[]) => sent.map(({ id }) => (id === 0 ? wrong : undefined)), {
      maxEntries: 1,
    })
    const { outbox, message, succeed, batch } = outboxWith({ groups: [undefined, undefined] })
    outbox.add(message(0), to, sender, { id: 0, key: 'k' })
    outbox.add(message(0), to, sender, { id: 1, key: 'k' })
    outbox.add(message(0), to, sender, { id: 2 })
    outbox.add(message(1), to, sender, { id: 3, key: 'k' })
    succeed(0, 1)
    await outbox.flush()
    expect(ids(calls).flat().sort()).toEqual([0, 2, 3]) // 2 keeps no order
    expect(outcomes(batch)).toEqual(['failed', 'succeeded'])
  })

  test('what a message sends is not sent if an earlier message of its group failed', async () => {
    const { sender, calls } = testSender((sent: Body[]) => sent.map(({ id }) => (id === 0 ? wrong : undefined)), {
      maxEntries: 1,
    })
    const { outbox, message, succeed } = outboxWith({ groups: ['g', 'g', 'other'] })
    for (const id of [0, 1, 2]) outbox.add(message(id), to, sender, { id })
    succeed(0)
    await turn()
    succeed(1, 2)
    await outbox.flush()
    expect(ids(calls)).toEqual([[0], [2]])
  })
})

describe('queues are told apart by what they are', () => {
  test('two of one name with different senders', async () => {
    const [one, other] = [testSender(), testSender()]
    const { outbox, message, succeed } = outboxWith()
    outbox.add(message(0), to, one.sender, { id: 1 })
    outbox.add(message(0), to, other.sender, { id: 2 })
    succeed(0)
    await outbox.flush()
    expect([ids(one.calls), ids(other.calls)]).toEqual([[[1]], [[2]]])
  })

  test.each<[what: string, identityOf: (() => string) | undefined]>([
    ['by default', undefined],
    ['even if the sender takes them for one', () => 'the same'],
  ])('two of one name with different URLs, %s', async (_, identityOf) => {
    const { sender, calls } = testSender(() => undefined, identityOf && { identityOf })
    const { outbox, message, succeed } = outboxWith()
    const queues = ['https://eu/q', 'https://us/q'].map((url) => queueNamed('q', { url }))
    for (let id = 0; id < 6; id += 1) outbox.add(message(0), queues[id % 2] as never, sender, { id })
    succeed(0)
    await outbox.flush()
    const byUrl = Map.groupBy(calls, ({ queue }) => queue.url)
    expect(ids(byUrl.get('https://eu/q') ?? []).flat()).toEqual([0, 2, 4])
    expect(ids(byUrl.get('https://us/q') ?? []).flat()).toEqual([1, 3, 5])
  })

  test('two of one name with different URLs, each with its own ordering key', async () => {
    const { sender, calls } = testSender(() => undefined, { identityOf: () => 'the same' })
    const { outbox, message, succeed, batch } = outboxWith()
    for (const region of ['eu', 'us']) {
      const there = queueNamed('q', { url: `https://${region}/q` })
      for (const id of [0, 1]) outbox.add(message(0), there, sender, { id, key: region })
    }
    succeed(0)
    await outbox.flush()
    expect(outcomes(batch)).toEqual(['succeeded'])
    expect(calls.map(({ queue }) => queue.url)).toEqual(['https://eu/q', 'https://us/q'])
    expect(ids(calls)).toEqual([
      [0, 1],
      [0, 1],
    ])
  })

  test('one queue by name and by URL keeps its order, if the sender knows that it is one', async () => {
    const { sender, calls } = testSender(() => undefined, { identityOf: () => 'q' })
    const { outbox, message, succeed } = outboxWith()
    const queues = [to, queueNamed('', { url: 'https://eu/q' })]
    for (let id = 0; id < 6; id += 1) outbox.add(message(0), queues[id % 2] as never, sender, { id, key: 'k' })
    succeed(0)
    await outbox.flush()
    expect(ids(calls).flat()).toEqual([0, 1, 2, 3, 4, 5])
    for (const { queue, bodies } of calls) {
      expect(bodies.every((body) => Number((body as Body).id) % 2 === queues.indexOf(queue))).toBe(true)
    }
  })

  test('queues that differ only in their path share calls', async () => {
    const { sender, calls } = testSender()
    const { outbox, message, succeed } = outboxWith()
    outbox.add(message(0), to, sender, 1)
    outbox.add(message(0), queueNamed('q', { path: 'P' }), sender, 2)
    succeed(0)
    await outbox.flush()
    expect(calls.map(({ bodies }) => bodies)).toEqual([[1, { path: 'P', kwargs: 2 }]])
  })
})

describe('a key that is busy', () => {
  test('does not make calls with other entries smaller', async () => {
    const first = Promise.withResolvers<undefined>()
    const { sender, calls } = testSender((_, call) => (call === 1 ? first.promise : undefined), {
      maxEntries: 5,
    })
    const { outbox, message, succeed } = outboxWith({ groups: Array(30).fill(undefined) })
    const add = (id: number, key: string) => {
      outbox.add(message(id), to, sender, { id, key })
      succeed(id)
    }
    for (let id = 0; id < 15; id += 1) add(id, 'hot')
    for (let id = 15; id < 25; id += 1) add(id, `other ${id}`)
    first.resolve(undefined)
    await outbox.flush()
    expect(sizes(calls)).toEqual([5, 5, 5, 5, 5])
  })
})

describe('abandon', () => {
  test('waits for the calls in flight, and sends nothing more', async () => {
    const first = Promise.withResolvers<undefined>()
    const { sender, calls } = testSender(() => first.promise, { maxEntries: 2 })
    const { outbox, message, succeed } = outboxWith({ delivery: { lingerMillis: 1, maxCalls: 1 } })
    for (let id = 0; id < 5; id += 1) outbox.add(message(0), to, sender, { id })
    succeed(0)
    let isDone = false
    const abandoned = outbox.abandon().then(() => {
      isDone = true
    })
    await sleep(5)
    expect(isDone).toBe(false)
    expect(calls[0]?.signal.aborted).toBe(false)
    first.resolve(undefined)
    await abandoned
    await sleep(5)
    expect(ids(calls)).toEqual([[0, 1]])
  })

  test('retries nothing', async () => {
    const { sender, calls } = testSender((bodies) => bodies.map((): SendFailure => busy), { maxEntries: 1 })
    const { outbox, message, succeed } = outboxWith({ delivery: { retryMillis: 20 } })
    outbox.add(message(0), to, sender, {})
    succeed(0)
    await turn()
    await outbox.abandon()
    await sleep(40)
    expect(calls).toHaveLength(1)
  })

  test('does not wait for a call that hangs', async () => {
    const { sender, calls } = testSender(() => new Promise(() => undefined), { maxEntries: 1 })
    const isOver = timeOver(100)
    const { outbox, message, succeed } = outboxWith({ context: { getRemainingTimeInMillis: () => 100 } })
    outbox.add(message(0), to, sender, {})
    succeed(0)
    await outbox.abandon()
    expect(isOver()).toBe(false)
    expect(calls[0]?.signal.aborted).toBe(true)
  })
})

test('a message that failed sends nothing', async () => {
  const { sender, calls } = testSender()
  const { outbox, message, batch } = outboxWith()
  outbox.add(message(0), to, sender, {})
  reject(batch, message(0), new FailCatastrophically('later'))
  outbox.commit(message(0))
  await outbox.flush()
  expect(calls).toEqual([])
})
