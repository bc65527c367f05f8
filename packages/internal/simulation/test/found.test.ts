import { setImmediate } from 'node:timers/promises'
import { afterEach, expect, jest, test } from '@jest/globals'
import { messageSource, type Queue, type Refusal, type Sender } from '@lpipe/core'
import { invoke, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { FailCatastrophically, lpipe, payload, queue } from 'lpipe-preset'

/** Defects that the simulation found, each with a test that shows it without chance. */

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** The timers that wait, of those set from now on. */
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

afterEach(() => {
  jest.restoreAllMocks()
})

/** A queue that takes one entry a call, and answers when and what it is told. */
const slowQueue = (name: string) => {
  const answers: ((refusal: Refusal) => void)[] = []
  const sender: Sender = {
    maxEntries: 1,
    maxBytes: 1000,
    sizeOf: () => 1,
    send: () => new Promise((resolve) => answers.push((refusal) => resolve([refusal]))),
  }
  const made: Queue = queue({ type: name, name, sender: () => sender })
  return {
    queue: made,
    refuse: async (senderFault: boolean) => {
      answers.shift()?.({ code: 'ForTheTest', reason: 'refused', senderFault })
      await setImmediate() // whatever follows from it has followed
    },
  }
}

test('no timer survives an answer in which the last entry to be tried again was given up with its lane', async () => {
  const waiting = watchTimers()
  const first = slowQueue('first')
  const second = slowQueue('second')
  const call = async ({ number }: { number: number }) => {
    if (number === 0) return payload({ queue: first.queue, kwargs: {} })
    if (number === 1) return payload({ queue: second.queue, kwargs: {} })
    await second.refuse(false) // message 1 is to be tried again, much later
    await first.refuse(true) // message 0 fails, and takes those after it along
    return undefined
  }
  const event = sqsEvent([{ number: 0 }, { number: 1 }, { number: 2 }], { name: 'orders.fifo', groupId: () => 'one' })
  const options = { call, logger: quiet, retryMillis: 600_000 }
  const answer = await invoke<{ batchItemFailures: unknown[] }>(middy().use(lpipe(options)), event)

  expect(answer.batchItemFailures).toHaveLength(3)
  expect([...waiting]).toEqual([])
})

test.each(['report', 'delete'] as const)(
  'a queue that does not answer its deletes and delays does not hold the answer: partialFailures %s',
  async (partialFailures) => {
    const asked: AbortSignal[] = []
    const never = (_: unknown, options?: { readonly signal: AbortSignal }) => {
      if (options !== undefined) asked.push(options.signal)
      return new Promise<never>(() => undefined)
    }
    const call = ({ number }: { number: number }) => {
      if (number === 1) throw new FailCatastrophically('not now')
    }
    const deadline = performance.now() + 400
    const context = { getRemainingTimeInMillis: () => deadline - performance.now() }
    const sqs = messageSource({ remove: never, postpone: never })
    const options = { call, logger: quiet, sqs, retryDelaySeconds: 5, partialFailures, reserveMillis: 300 }
    const result = await invoke(middy().use(lpipe(options)) as never, sqsEvent([{ number: 0 }, { number: 1 }]), context)
      .then((answer) => ({ answer }))
      .catch((error: Error) => ({ error: error.message }))

    expect(deadline - performance.now()).toBeGreaterThan(0)
    expect(result).toEqual(
      partialFailures === 'report'
        ? { answer: { batchItemFailures: [{ itemIdentifier: 'message-1' }] } }
        : { error: expect.stringMatching(/^messages failed: 1/) },
    )
    expect(asked.every(({ aborted }) => aborted)).toBe(true)
    expect(asked).toHaveLength(partialFailures === 'report' ? 1 : 2)
  },
)
