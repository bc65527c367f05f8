import { afterEach, beforeEach, expect, jest, test } from '@jest/globals'
import { type Answer, busy, outboxWith, outcomes, serviceError, testSender, to } from '../outbox-with.ts'

interface Body {
  readonly id: number
  readonly key?: string
  readonly size?: number
  readonly message?: number
  readonly bad?: boolean
}

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] })
})
afterEach(() => {
  jest.useRealTimers()
})

/** Refuses each call that holds a bad entry. */
const refuseBad: Answer = (bodies: Body[]) => {
  if (bodies.some(({ bad }) => bad)) throw serviceError('InvalidParameterValueException')
  return undefined
}

/** Sends bodies, each from the message that it names, and returns the calls so far. No retry is due yet. */
const callsBeforeRetries = async (
  bodies: readonly Body[],
  answer: Answer,
  groups: readonly (string | undefined)[] = [undefined],
) => {
  const { sender, calls } = testSender(answer)
  const opened = outboxWith({ groups, delivery: { retryMillis: 1000, maxCalls: 1 } })
  for (const body of bodies) opened.outbox.add(opened.message(body.message ?? 0), to, sender, body)
  opened.succeed(...groups.keys())
  const flushed = opened.outbox.flush()
  await jest.advanceTimersByTimeAsync(0)
  const before = calls.map((call) => call.bodies.map((body) => (body as Body).id))
  const end = async () => {
    await jest.runAllTimersAsync()
    await flushed
  }
  return { ...opened, before, calls, end }
}

test('entries of a failed message that keep no order leave without a wait', async () => {
  const bodies = [{ id: 0, bad: true }, { id: 1 }]
  const { before, batch, end } = await callsBeforeRetries(bodies, refuseBad, ['g'])
  expect(before).toEqual([[0, 1], [0], [1]])
  await end()
  expect(outcomes(batch)).toEqual(['failed'])
  expect(batch.sendCounters).toMatchObject({ sent: 1, failed: 1 })
})

test('an entry waits for those of its own key only, not for those of its message', async () => {
  let hasFailed = false
  const answer: Answer = (bodies: Body[]) => {
    refuseBad(bodies as never[], 0)
    return bodies.map(({ id }) => {
      if (id !== 0 || hasFailed) return undefined
      hasFailed = true
      return busy
    })
  }
  const bodies = [
    { id: 0, key: 'k' },
    { id: 1, key: 'k', message: 1, bad: true },
    { id: 2, key: 'other', message: 1 },
    { id: 3, message: 1 },
  ]
  const { before, batch, end } = await callsBeforeRetries(bodies, answer, [undefined, undefined])
  expect(before).toEqual([[0, 1, 2, 3], [0, 1], [0], [2, 3]])
  await end()
  expect(outcomes(batch)).toEqual(['succeeded', 'failed'])
  expect(batch.sendCounters).toMatchObject({ sent: 3, failed: 1 })
})

test('if all entries of the other half wait, no call is made for them', async () => {
  const bodies = [
    { id: 0, key: 'k', bad: true },
    { id: 1, key: 'k' },
  ]
  const { before, batch, end } = await callsBeforeRetries(bodies, refuseBad)
  expect(before).toEqual([[0, 1], [0]])
  expect(batch.sendCounters.calls).toBe(2)
  await end()
  expect(batch.sendCounters).toEqual({ sent: 0, failed: 1, calls: 2 })
})

test('what a message sends waits if any earlier message of its group failed', async () => {
  const bodies = [
    { id: 0, bad: true },
    { id: 1, bad: true, message: 1 },
    { id: 2, message: 2 },
    { id: 3, message: 3 },
  ]
  const { before, batch, end } = await callsBeforeRetries(bodies, refuseBad, ['g', 'h', 'g', undefined])
  expect(before).toEqual([[0, 1, 2, 3], [0, 1], [0], [1], [3]])
  await end()
  expect(batch.sendCounters).toMatchObject({ sent: 1, failed: 2 })
})

test('of an ordering key, what is retried again precedes what still waits for its retry', async () => {
  const answer: Answer = (bodies, call) => {
    if (call === 1) throw serviceError('BatchRequestTooLong')
    return call < 4 ? bodies.map(() => busy) : undefined
  }
  const bodies = [0, 1].map((id) => ({ id, key: 'k', size: 40 }))
  const { calls, batch, end } = await callsBeforeRetries(bodies, answer)
  await end()
  expect(calls.map((call) => call.bodies.map((body) => (body as Body).id))).toEqual([[0, 1], [0], [0], [0], [1]])
  expect(outcomes(batch)).toEqual(['succeeded'])
})

test('a call that is too large because of one entry leaves the size of later calls as it was', async () => {
  const answer: Answer = (bodies: Body[]) => {
    if (bodies.reduce((sum, { size = 0 }) => sum + size, 0) > 500) throw serviceError('BatchRequestTooLong')
    return undefined
  }
  const bodies = Array.from({ length: 20 }, (_, id) => ({ id, size: id === 0 ? 600 : 50 }))
  const { calls, end } = await callsBeforeRetries(bodies, answer)
  await end()
  expect(calls.at(-1)?.bodies).toHaveLength(10)
})

test('so does a call that is refused for the content of one entry', async () => {
  const bodies = Array.from({ length: 20 }, (_, id) => ({ id, size: 50, bad: id === 0 }))
  const { calls, end } = await callsBeforeRetries(bodies, refuseBad)
  await end()
  expect(calls.at(-1)?.bodies).toHaveLength(10)
})
