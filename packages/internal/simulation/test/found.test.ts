import { setImmediate, setTimeout } from 'node:timers/promises'
import { afterEach, expect, jest, test } from '@jest/globals'
import type { Queue } from '@lpipe/core'
import type { SourceQueue } from '@lpipe/core/middleware'
import type { SendFailure } from '@lpipe/core/outbox'
import { defineSender } from '@lpipe/core/outbox'
import { invoke, memoryQueue, silentLogger, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { FailButContinue, FailCatastrophically, lpipe, payload, queue } from 'lpipe-preset'
import { timeOver } from '../../../core/test/batch-with.ts'

/** Defects that the simulation found, each with a test that shows it without chance. */

/** Returns the pending ones of the timers that are set from now on. */
const watchTimers = () => {
  const waiting = new Set<unknown>()
  const { setTimeout, clearTimeout } = globalThis
  jest.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, millis: number) => {
    const timer = setTimeout(() => {
      waiting.delete(timer)
      run()
    }, millis)
    waiting.add(timer)
    return timer
  }) as never)
  jest.spyOn(globalThis, 'clearTimeout').mockImplementation((timer) => {
    waiting.delete(timer)
    clearTimeout(timer)
  })
  return waiting
}

interface Answer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[]
}

afterEach(() => {
  jest.restoreAllMocks()
})

/** A queue that takes one entry a call, and answers when the test says so. */
const slowQueue = (name: string) => {
  const answers: ((failure: SendFailure) => void)[] = []
  const sender = defineSender({
    maxEntries: 1,
    maxBytes: 1000,
    prepare: ({ body }) => ({ wire: body, size: 1, orderingKey: name }),
    send: () => new Promise((resolve) => answers.push((failure) => resolve([failure]))),
  })
  const made: Queue = queue({ type: name, name, sender: () => sender })
  return {
    queue: made,
    refuse: async (senderFault: boolean) => {
      answers.shift()?.({ code: 'ForTheTest', reason: 'refused', senderFault })
      await setImmediate() // whatever follows from it has followed
    },
  }
}

test('no timer survives a response for which the last entry that backed off was abandoned with its group', async () => {
  const waiting = watchTimers()
  const first = slowQueue('first')
  const second = slowQueue('second')
  const call = async ({ number }: { number: number }) => {
    if (number === 0) return payload({ queue: first.queue, kwargs: {} })
    if (number === 1) return payload({ queue: second.queue, kwargs: {} })
    await second.refuse(false) // message 1 backs off for long
    await first.refuse(true) // message 0 fails, and with it those after it
    return undefined
  }
  const event = sqsEvent([{ number: 0 }, { number: 1 }, { number: 2 }], { name: 'orders.fifo', groupId: () => 'one' })
  const options = { call, logger: silentLogger(), delivery: { retryMillis: 600_000, maxRetryMillis: 600_000 } }
  const answer = await invoke<Answer>(middy().use(lpipe(options)), event)

  expect(answer.batchItemFailures).toHaveLength(3)
  expect([...waiting]).toEqual([])
})

test.each(['report', 'delete'] as const)(
  'a queue that does not answer deletes and delays does not delay the response: partialFailures %s',
  async (partialFailures) => {
    const signals: AbortSignal[] = []
    const never = (_: unknown, signal: AbortSignal) => {
      signals.push(signal)
      return new Promise<never>(() => undefined)
    }
    const call = ({ number }: { number: number }) => {
      if (number === 1) throw new FailCatastrophically('not now')
    }
    const isOver = timeOver(1000)
    const deadline = performance.now() + 1000
    const context = { getRemainingTimeInMillis: () => deadline - performance.now() }
    const sqs: SourceQueue = { remove: never, postpone: never }
    const options = { call, logger: silentLogger(), sqs, retryDelaySeconds: 5, partialFailures, reserveMillis: 300 }
    const result = await invoke(middy().use(lpipe(options)) as never, sqsEvent([{ number: 0 }, { number: 1 }]), context)
      .then((answer) => ({ answer }))
      .catch((error: Error) => ({ error: error.message }))

    expect(isOver()).toBe(false)
    expect(result).toEqual(
      partialFailures === 'report'
        ? { answer: { batchItemFailures: [{ itemIdentifier: 'message-1' }] } }
        : { error: expect.stringMatching(/^1 message failed/) },
    )
    expect(signals.every(({ aborted }) => aborted)).toBe(true)
    expect(signals).toHaveLength(partialFailures === 'report' ? 1 : 2)
  },
)

test('a linger that is over while all calls are in flight sets no further timers', async () => {
  const waiting = watchTimers()
  const slow = slowQueue('slow')
  const call = async ({ number }: { number: number }) => {
    // Nothing is in flight before the first timer fires.
    if (number === 2) {
      await setTimeout(20)
      const before = [...waiting]
      await setTimeout(50)
      expect([...waiting]).toEqual(before)
      await slow.refuse(true)
    }
    return payload({ queue: slow.queue, kwargs: {} })
  }
  const event = sqsEvent([{ number: 0 }, { number: 1 }, { number: 2 }])
  const delivery = { lingerMillis: 0, maxCalls: 1 }
  const context = { getRemainingTimeInMillis: () => 2000 }
  const answer = await invoke<Answer>(
    middy().use(lpipe({ call, logger: silentLogger(), delivery })) as never,
    event,
    context,
  )
  expect(answer.batchItemFailures).toHaveLength(3)
})

/** A queue that refuses calls because of one message, and counts what it accepts. */
const pickyQueue = (refuses: (number: number) => boolean, hangs: (numbers: readonly number[]) => boolean) => {
  const accepted: number[] = []
  const sender = defineSender({
    maxEntries: 10,
    maxBytes: 1000,
    prepare: ({ body }) => ({ wire: (JSON.parse(body) as { number: number }).number, size: 1, orderingKey: 'one' }),
    send: async (_, numbers) => {
      if (numbers.some(refuses)) throw Object.assign(new Error('for the test'), { name: 'Invalid', $fault: 'client' })
      if (hangs(numbers)) await new Promise(() => undefined)
      accepted.push(...numbers)
      return numbers.map(() => undefined)
    },
  })
  return { queue: queue({ type: 'picky', name: 'picky', sender: () => sender }), accepted }
}

const numbered = [0, 1, 2, 3].map((number) => ({ number }))

test('of a call that was split, nothing is sent that is behind a refused message of its group', async () => {
  const picky = pickyQueue(
    (number) => number === 1,
    () => false,
  )
  const call = (kwargs: object) => payload({ queue: picky.queue, kwargs })
  const event = sqsEvent(numbered, { name: 'orders.fifo', groupId: () => 'one' })
  const answer = await invoke<Answer>(middy().use(lpipe({ call, logger: silentLogger() })), event)
  expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual([
    'message-1',
    'message-2',
    'message-3',
  ])
  expect(picky.accepted).toEqual([0])
})

test('of a call that was split, what was accepted does not fail when the other half is not answered', async () => {
  const picky = pickyQueue(
    (number) => number === 1,
    (numbers) => numbers.includes(3),
  )
  const call = (kwargs: object) => payload({ queue: picky.queue, kwargs })
  const context = { getRemainingTimeInMillis: () => 2000 }
  const answer = await invoke<Answer>(
    middy().use(lpipe({ call, logger: silentLogger(), concurrency: 4 })) as never,
    sqsEvent(numbered),
    context,
  )
  expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).not.toContain('message-0')
  expect(picky.accepted).toContain(0)
})

test('a message with a forged number of hops does not block its group, if there is a dead-letter queue', async () => {
  const [out, letters] = [memoryQueue(), memoryQueue({ name: 'letters' })]
  const event = sqsEvent(numbered, { name: 'orders.fifo', groupId: () => 'one' })
  const [first] = event.Records
  Object.assign(first ?? {}, {
    messageAttributes: { 'lpipe-trail': { dataType: 'String', stringValue: '999|a|b|c|d|e|f' } },
  })
  const call = (kwargs: object) => payload({ queue: out.queue, kwargs })
  const handler = middy().use(lpipe({ call, logger: silentLogger(), deadLetter: letters.queue }))
  expect(await invoke<Answer>(handler, event)).toEqual({ batchItemFailures: [] })
  expect(out.sent.map(({ body }) => body)).toEqual(numbered.slice(1))
  expect(letters.sent).toHaveLength(1)
})

test('a dead letter has the same deduplication key at each try', async () => {
  const letters = memoryQueue({ name: 'letters' })
  const call = () => {
    throw new FailButContinue('dropped')
  }
  const handler = middy().use(lpipe({ call, logger: silentLogger(), deadLetter: letters.queue }))
  for (let receives = 1; receives <= 2; receives += 1) {
    const event = sqsEvent([{ number: 0 }])
    Object.assign(event.Records[0]?.attributes ?? {}, { ApproximateReceiveCount: String(receives) })
    await invoke(handler, event)
  }
  const keys = letters.sent.map(({ entry }) => entry.deduplicationKey)
  expect(keys).toHaveLength(2)
  expect(new Set(keys).size).toBe(1)
})

test('the same content for two FIFO queues of one name has keys of its own, in whatever order it is sent', async () => {
  const keys: string[][] = []
  const sender = defineSender({
    maxEntries: 10,
    maxBytes: 1000,
    identityOf: () => 'the same',
    prepare: ({ deduplicationKey, queue: { url } }) => ({ wire: `${url} ${deduplicationKey}`, size: 1 }),
    send: async (_, wires) => {
      keys.at(-1)?.push(...wires)
      return wires.map(() => undefined)
    },
  })
  const duplicates = ['https://one/q.fifo', 'https://two/q.fifo'].map((url) =>
    queue({ type: 'duplicate', url, sender: () => sender }),
  )
  for (const order of [duplicates, duplicates.toReversed()]) {
    keys.push([])
    const call = () => order.map((one) => payload({ queue: one, kwargs: {} }))
    await invoke(middy().use(lpipe({ call, logger: silentLogger() })), sqsEvent([{ number: 0 }]))
  }
  expect(keys[0]?.toSorted()).toEqual(keys[1]?.toSorted())
})

test('a message whose queue is missing comes back, although another one refuses its entry for good', async () => {
  const letters = memoryQueue({ name: 'letters' })
  const missing = memoryQueue({
    name: 'missing',
    refuse: () => {
      throw Object.assign(new Error('for the test'), { name: 'QueueDoesNotExist', $fault: 'client' })
    },
  })
  const wrong = memoryQueue({
    name: 'wrong',
    refuse: () => ({ code: 'InvalidMessageContents', reason: 'never', senderFault: true }),
  })
  const call = () => [payload({ queue: missing.queue, kwargs: {} }), payload({ queue: wrong.queue, kwargs: {} })]
  const event = sqsEvent([{}], { name: 'orders.fifo', groupId: () => 'one' })
  const options = { call, logger: silentLogger(), deadLetter: letters.queue }
  const answer = await invoke<Answer>(middy().use(lpipe(options)), event)

  expect(answer.batchItemFailures).toHaveLength(1)
  expect(letters.sent).toEqual([])
})
