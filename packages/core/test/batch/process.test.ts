import { describe, expect, test } from '@jest/globals'
import { FailCatastrophically, InvalidConfigurationError } from '@lpipe/core'
import {
  type BatchMessage,
  type Chain,
  completeBatch,
  createPayload,
  errorOf,
  type InvocationBatch,
  processMessages,
  reject,
  SkippedError,
} from '@lpipe/core/middleware'
import { batchWith, recordsOf, rememberingLogger, testSource, timeOver } from '../batch-with.ts'

let logger = rememberingLogger()

/** A quiet batch with a message for each group. */
const batchOfGroups = (groups: readonly (string | undefined)[], millis?: number): InvocationBatch => {
  const context = millis === undefined ? {} : { getRemainingTimeInMillis: () => millis }
  const batch = batchWith(recordsOf(...groups), testSource(), context)
  logger = rememberingLogger()
  batch.use({ logger })
  return batch
}

const processWith = (batch: InvocationBatch, run: (message: BatchMessage) => Promise<unknown>, concurrency = 1) =>
  processMessages(batch, { run, concurrency })

const turn = () => new Promise((resolve) => setImmediate(resolve))
const outcomes = ({ received }: InvocationBatch) => received.map(({ outcome }) => outcome)
const errors = ({ received }: InvocationBatch) => received.map((message) => errorOf(message) as Error | undefined)

describe('processMessages', () => {
  test('runs two messages at a time if `concurrency` is 2', async () => {
    let running = 0
    let most = 0
    await processWith(
      batchOfGroups([undefined, undefined, undefined]),
      async () => {
        running += 1
        most = Math.max(most, running)
        await turn()
        running -= 1
      },
      2,
    )
    expect(most).toBe(2)
  })

  test('runs messages one after another', async () => {
    const batch = batchOfGroups([undefined, undefined, undefined])
    let running = 0
    const order: number[] = []
    await processWith(batch, async ({ index }) => {
      running += 1
      expect(running).toBe(1)
      await turn()
      running -= 1
      order.push(index)
      return index * 10
    })
    expect(order).toEqual([0, 1, 2])
    expect(batch.received.map(({ result }) => result)).toEqual(
      [0, 10, 20].map((value) => ({ status: 'fulfilled', value })),
    )
    expect(batch.abort.signal.aborted).toBe(false)
    expect(logger.lines).toEqual([])
  })

  test('forgets the kwargs of a message that has succeeded, unless it sends something that may fail', async () => {
    const batch = batchOfGroups([undefined, undefined, undefined])
    const kwargs = { id: 1 }
    batch.use({
      prepare: (message) => {
        message.body = { path: 'SHIP', kwargs }
        message.payload = createPayload('SHIP', undefined, kwargs)
      },
      chain: { commit: ({ index }) => index === 1 } as Chain,
    })
    await processWith(batch, async ({ index }) => {
      if (index === 2) throw new FailCatastrophically('later')
    })
    const whole = { body: { path: 'SHIP', kwargs }, payload: { path: 'SHIP', kwargs } }
    expect(batch.received).toMatchObject([{ body: undefined, payload: { path: 'SHIP', kwargs: {} } }, whole, whole])
    expect(batch.received[0]?.payload?.kwargs).toEqual({})
  })

  test('leaves messages alone that have ended', async () => {
    const batch = batchOfGroups(['a', 'a', undefined])
    const [first, second] = batch.received as readonly [BatchMessage, BatchMessage]
    reject(batch, first, new FailCatastrophically('why'))
    reject(batch, second, new FailCatastrophically('another reason'))
    const ran: number[] = []
    await processWith(batch, async ({ index }) => void ran.push(index))
    expect(ran).toEqual([2])
    expect(errors(batch).map((error) => error?.message)).toEqual(['why', 'another reason', undefined])
  })

  test('runs up to `concurrency` groups at the same time, and each group in order', async () => {
    const batch = batchOfGroups(['a', 'b', 'a', 'c', 'a', undefined, undefined])
    const running = new Set<string | number>()
    let most = 0
    const orderOfA: number[] = []
    await processWith(
      batch,
      async ({ group, index }) => {
        const name = group ?? index
        expect(running.has(name)).toBe(false)
        running.add(name)
        most = Math.max(most, running.size)
        await turn()
        if (group === 'a') orderOfA.push(index)
        running.delete(name)
      },
      3,
    )
    expect(most).toBe(3)
    expect(orderOfA).toEqual([0, 2, 4])
    expect(new Set(outcomes(batch))).toEqual(new Set(['succeeded']))
  })

  test('skips the rest of a group after a failure', async () => {
    const batch = batchOfGroups(['a', 'b', 'a', 'b'])
    const ran: number[] = []
    await processWith(batch, async ({ index }) => {
      ran.push(index)
      if (index === 0) throw new FailCatastrophically('why')
    })
    expect(ran).toEqual([0, 1, 3])
    expect(outcomes(batch)).toEqual(['failed', 'succeeded', 'failed', 'succeeded'])
    expect(errors(batch)[2]).toBeInstanceOf(SkippedError)
  })

  test('runs no message that cannot be prepared, and commits what each message sends', async () => {
    const batch = batchOfGroups([undefined, undefined])
    const committed: number[] = []
    batch.use({
      prepare: ({ index }) => {
        if (index === 0) throw new Error('malformed')
      },
      chain: { commit: ({ index }) => committed.push(index) === 0 } as Chain,
    })
    const ran: number[] = []
    await processWith(batch, async ({ index }) => void ran.push(index))
    expect(ran).toEqual([1])
    expect(committed).toEqual([0, 1])
  })

  test('fails what is not done when the reserve begins, and aborts it', async () => {
    const isOver = timeOver(1000)
    const batch = batchOfGroups([undefined, undefined, undefined], 1000)
    const late = Promise.withResolvers<void>()
    await processWith(batch, async (message) => {
      message.function = 'slow'
      if (message.index === 1) await late.promise
      message.function = undefined
    })
    expect(isOver()).toBe(false)
    expect(outcomes(batch)).toEqual(['succeeded', 'failed', 'failed'])
    expect(errors(batch).map((error) => error?.message)).toEqual([
      undefined,
      'not finished in time: function slow was still running',
      'not started in time',
    ])
    expect(batch.abort.signal.aborted).toBe(true)
    expect(logger.lines).toEqual([
      ['warn', expect.stringMatching(/^2 messages did not finish in time .* Set `concurrency`, or change /), undefined],
    ])
    // What finishes too late changes no outcome, and nothing more starts.
    late.reject(new Error('too late'))
    await turn()
    expect(errors(batch)[1]?.message).toBe('not finished in time: function slow was still running')
    expect(errors(batch)[2]).toBeInstanceOf(SkippedError)
  })

  test('starts nothing in the reserve', async () => {
    const batch = batchOfGroups([undefined], 0)
    let ran = 0
    await processWith(batch, async () => {
      ran += 1
    })
    expect(ran).toBe(0)
    expect(outcomes(batch)).toEqual(['failed'])
  })
})

describe('completeBatch', () => {
  const fulfilled = (value: unknown) => ({ status: 'fulfilled', value })

  test('runs the graph, sends, and then calls the `finish` hooks', async () => {
    const batch = batchOfGroups([undefined])
    const calls: string[] = []
    batch.use({
      router: { runAll: async () => void calls.push('run') } as never,
      chain: { flush: async () => void calls.push('flush') } as never,
      finish: () => void calls.push('finish'),
    })
    await completeBatch(batch, undefined)
    expect(calls).toEqual(['run', 'flush', 'finish'])
  })

  test('returns what failed before the `finish` hooks, and what they reject', async () => {
    const batch = batchOfGroups([undefined, undefined, undefined])
    const [first, second, third] = batch.received as [BatchMessage, BatchMessage, BatchMessage]
    batch.use({
      finish: () => {
        Object.assign(first, { result: fulfilled(1) })
        reject(batch, second, new FailCatastrophically('late'))
      },
    })
    const results = [{ status: 'rejected', reason: 'why' }, fulfilled(1), fulfilled(1)]
    expect(await completeBatch(batch, results)).toEqual([first, second])
    expect(third.outcome).toBe('succeeded')
  })

  test("records the results of the user's handler", async () => {
    const batch = batchOfGroups([undefined, undefined])
    await completeBatch(batch, [fulfilled(1), { status: 'rejected', reason: 'why' }])
    expect(outcomes(batch)).toEqual(['succeeded', 'failed'])
  })

  test('fails the later messages of a failed group, also without a graph', async () => {
    const batch = batchOfGroups(['a', 'a', 'b'])
    await completeBatch(batch, [{ status: 'rejected', reason: 'why' }, fulfilled(1), fulfilled(2)])
    expect(outcomes(batch)).toEqual(['failed', 'failed', 'succeeded'])
    expect(errors(batch)[1]).toBeInstanceOf(SkippedError)
  })

  test('fails the later messages of a group if a send fails after they have run', async () => {
    const batch = batchOfGroups(['a', 'a'])
    const [first] = batch.received as readonly [BatchMessage]
    batch.use({
      chain: {
        followResults: async () => undefined,
        flush: async () => reject(batch, first, new FailCatastrophically('not sent')),
      } as never,
    })
    await completeBatch(batch, [fulfilled(1), fulfilled(2)])
    expect(outcomes(batch)).toEqual(['failed', 'failed'])
  })

  test('throws if nothing has processed the messages', async () => {
    await expect(completeBatch(batchOfGroups([undefined]), undefined)).rejects.toThrow(InvalidConfigurationError)
  })
})
