import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { invoke, kinesisEvent, memoryQueue, silentLogger, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { FailCatastrophically, type LpipeOptions, lpipe, payload } from 'lpipe-preset'
import { timeOver } from '../../../core/test/batch-with.ts'

/** Defects that libraries for Lambda's batches are known for, each with what is true here. */

const handlerOf = (options: LpipeOptions) => middy().use(lpipe({ ...options, logger: silentLogger() }))

interface Answer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[]
}

const idsIn = ({ batchItemFailures }: Answer): string[] => batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)

/** Numbers of two message groups, one after the other. */
const groups = [1, 2, 3, 4, 5].flatMap((number) => ['a', 'b'].map((group) => ({ group, number })))

type Numbered = (typeof groups)[number]

const fifoEvent = () => sqsEvent(groups, { name: 'orders.fifo', groupId: ({ group }: Numbered) => group })

describe('FIFO order lost under concurrency', () => {
  test.each([1, 2, 7, Number.POSITIVE_INFINITY])('not with concurrency: %d', async (concurrency) => {
    const started: Numbered[] = []
    const ended: Numbered[] = []
    let running = 0
    let most = 0
    const out = memoryQueue()
    const call = async (order: Numbered) => {
      started.push(order)
      running += 1
      most = Math.max(most, running)
      await pause(10 - 2 * order.number) // each is faster than the one before it, and would overtake it
      running -= 1
      ended.push(order)
      return payload({ queue: out.queue, kwargs: order })
    }
    const answer = await invoke<Answer>(handlerOf({ call, concurrency }), fifoEvent())

    expect(answer.batchItemFailures).toEqual([])
    expect(most).toBe(Math.min(2, concurrency)) // two groups
    for (const seen of [started, ended, out.sent.map(({ body }) => body as Numbered)]) {
      for (const group of ['a', 'b']) {
        expect(seen.filter((one) => one.group === group).map(({ number }) => number)).toEqual([1, 2, 3, 4, 5])
      }
    }
  })

  test('nor by a failure: the rest of its group waits for it, the other group does not', async () => {
    const ran: string[] = []
    const call = ({ group, number }: Numbered) => {
      ran.push(`${group}${number}`)
      if (group === 'a' && number === 2) throw new FailCatastrophically('not now')
    }
    const answer = await invoke<Answer>(handlerOf({ call, concurrency: 2 }), fifoEvent())

    expect(ran.toSorted()).toEqual(['a1', 'a2', 'b1', 'b2', 'b3', 'b4', 'b5'])
    expect(idsIn(answer)).toEqual(['message-2', 'message-4', 'message-6', 'message-8'])
  })

  test('nor by a send that failed after later messages of its group had run', async () => {
    const out = memoryQueue({
      maxEntries: 1,
      refuse: ({ group, number }: Numbered) =>
        group === 'a' && number === 2 ? { code: 'Bad', reason: 'for the test', senderFault: true } : undefined,
    })
    const call = (order: Numbered) => payload({ queue: out.queue, kwargs: order })
    const answer = await invoke<Answer>(handlerOf({ call }), fifoEvent())

    expect(idsIn(answer)).toEqual(['message-2', 'message-4', 'message-6', 'message-8'])
    expect(out.sent.map(({ body }) => body as Numbered).filter(({ group }) => group === 'b')).toHaveLength(5)
  })
})

describe('finished work reported after an early timeout', () => {
  test.each([1, 3])('not with concurrency: %d', async (concurrency) => {
    const out = memoryQueue()
    const aborted: number[] = []
    const call = async ({ number }: { number: number }, { signal }: { readonly signal: AbortSignal }) => {
      if (number === 2) {
        await new Promise((resolve) => signal.addEventListener('abort', resolve))
        aborted.push(number)
      }
      return payload({ queue: out.queue, kwargs: { number } })
    }
    const bodies = [0, 1, 2, 3, 4].map((number) => ({ number }))
    const isOver = timeOver(1300)
    const deadline = performance.now() + 1300
    const answer = await invoke<Answer>(
      handlerOf({ call, concurrency, reserveMillis: 300 }) as never,
      sqsEvent(bodies),
      { getRemainingTimeInMillis: () => deadline - performance.now() },
    )

    const sent = out.sent.map(({ body }) => (body as { number: number }).number)
    expect(isOver()).toBe(false) // the answer was in time
    expect(aborted).toEqual([2])
    expect(idsIn(answer)).toEqual(concurrency === 1 ? ['message-2', 'message-3', 'message-4'] : ['message-2'])
    expect(sent).toEqual(concurrency === 1 ? [0, 1] : [0, 1, 3, 4]) // what has finished is sent, and nothing else
  })
})

describe('a stream that keeps running after its first failure', () => {
  const bodies = [0, 1, 2, 3, 4].map((number) => ({ number }))
  const event = kinesisEvent(bodies)
  const idOf = (index: number) => event.Records[index]?.kinesis.sequenceNumber

  test.each([1, 10])('not with concurrency: %d', async (concurrency) => {
    const ran: number[] = []
    const out = memoryQueue()
    const call = ({ number }: { number: number }) => {
      ran.push(number)
      if (number === 2) throw new FailCatastrophically('not now')
      return payload({ queue: out.queue, kwargs: { number } })
    }
    const answer = await invoke<Answer>(handlerOf({ call, concurrency }), event)

    expect(ran).toEqual([0, 1, 2])
    expect(idsIn(answer)).toEqual([idOf(2)]) // one id: Lambda tries everything from there on again
    expect(out.sent.map(({ body }) => body)).toEqual([{ number: 0 }, { number: 1 }])
  })

  test("but with onStreamFailure: 'continue' it does, and still reports the first alone", async () => {
    const ran: number[] = []
    const call = ({ number }: { number: number }) => {
      ran.push(number)
      if (number % 2 === 1) throw new FailCatastrophically('not now')
    }
    const answer = await invoke<Answer>(handlerOf({ call, onStreamFailure: 'continue' }), event)

    expect(ran).toEqual([0, 1, 2, 3, 4])
    expect(idsIn(answer)).toEqual([idOf(1)])
  })
})

describe('an empty answer after everything failed', () => {
  const bodies = [0, 1, 2].map((number) => ({ number }))
  const fail = () => {
    throw new FailCatastrophically('nothing works today')
  }
  const nothingSends = memoryQueue({
    refuse: () => ({ code: 'AccessDenied', reason: 'for the test', senderFault: true }),
  })
  const send = () => payload({ queue: nothingSends.queue, kwargs: {} })

  test.each([
    { what: 'functions', call: fail },
    { what: 'sends', call: send },
  ])('not when all $what failed: each id is reported to SQS', async ({ call }) => {
    const answer = await invoke<Answer>(handlerOf({ call }), sqsEvent(bodies))
    expect(idsIn(answer)).toEqual(['message-0', 'message-1', 'message-2'])
  })

  test.each([
    { what: 'functions', call: fail },
    { what: 'sends', call: send },
  ])('not when all $what failed: the first is reported to Kinesis', async ({ call }) => {
    const event = kinesisEvent(bodies)
    const answer = await invoke<Answer>(handlerOf({ call }), event)
    expect(idsIn(answer)).toEqual([event.Records[0]?.kinesis.sequenceNumber])
  })

  test.each([
    { what: 'functions', call: fail },
    { what: 'sends', call: send },
  ])('not when all $what failed: a RAW event throws', async ({ call }) => {
    await expect(invoke(handlerOf({ call }), bodies)).rejects.toThrow(/^3 messages failed/)
  })

  test('not when the time was up before anything began', async () => {
    const context = { getRemainingTimeInMillis: () => 0 }
    const answer = await invoke<Answer>(handlerOf({ call: () => undefined }) as never, sqsEvent(bodies), context)
    expect(idsIn(answer)).toEqual(['message-0', 'message-1', 'message-2'])
  })
})
