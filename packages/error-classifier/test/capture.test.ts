import { describe, expect, jest, test } from '@jest/globals'
import { FailButContinue, FailCatastrophically, type Message } from '@lpipe/core'
import { SkippedError } from '@lpipe/core/middleware'
import { sqsEvent } from '@lpipe/testing'
import { classify, raise } from './classify.ts'

const event = sqsEvent([{}, {}, {}])
const dropped = new FailButContinue('no such customer')
const failed = new FailCatastrophically('database gone')
const unknown = new TypeError('x is undefined')
const throwing = ({ index }: Message) => raise([dropped, failed, unknown][index])

describe('capture', () => {
  test('is called with each error and its message, in order', async () => {
    const captured: unknown[] = []
    await classify(event, throwing, { capture: (error, { id, outcome }) => captured.push([error, id, outcome]) })
    expect(captured).toEqual([
      [dropped, 'message-0', 'dropped'],
      [failed, 'message-1', 'failed'],
      [unknown, 'message-2', 'dropped'],
    ])
  })

  test('is called once for a thrown undefined', async () => {
    const captured: unknown[] = []
    await classify([{}], () => raise(undefined), { capture: (error) => captured.push(error) })
    expect(captured).toEqual([undefined])
  })

  test('is waited for, because Lambda freezes the process after the response', async () => {
    const { promise: opened, resolve: open } = Promise.withResolvers<void>()
    let done = 0
    let answered = false
    const invocation = classify(event, throwing, {
      capture: async () => {
        await opened
        done += 1
      },
    }).then(() => {
      answered = true
    })
    await new Promise(setImmediate)
    expect({ answered, done }).toEqual({ answered: false, done: 0 })
    open()
    await invocation
    expect(done).toBe(3)
  })

  test.each([
    ['throws', () => raise(new Error('offline'))],
    ['rejects', () => Promise.reject(new Error('offline'))],
  ])('that %s is logged, and changes no outcome', async (_, capture) => {
    const { outcomes, lines } = await classify(event, throwing, { capture })
    expect(outcomes).toEqual(['dropped', 'failed', 'dropped'])
    const logged = lines.filter(({ message }) => message === 'the `capture` callback failed')
    expect(logged).toHaveLength(3)
    expect(logged[0]).toMatchObject({ level: 'error', fields: { error: { message: 'offline' } } })
  })

  test('that throws does not keep the next error from being captured', async () => {
    let calls = 0
    const capture = () => {
      calls += 1
      raise('offline')
    }
    await classify(event, throwing, { capture })
    expect(calls).toBe(3)
  })

  test('is called at most 10 times at once, also for an error storm, and for every error', async () => {
    let running = 0
    let most = 0
    let calls = 0
    const storm = sqsEvent(Array.from({ length: 500 }, () => ({})))
    await classify(storm, () => raise(dropped), {
      capture: async () => {
        calls += 1
        running += 1
        most = Math.max(most, running)
        await new Promise(setImmediate)
        running -= 1
      },
    })
    expect({ calls, most, running }).toEqual({ calls: 500, most: 10, running: 0 })
  })

  test('that never settles is abandoned near the end of the time, and the outcomes hold', async () => {
    const timers = jest.spyOn(globalThis, 'setTimeout')
    const { outcomes, lines } = await classify(
      event,
      throwing,
      { capture: () => new Promise(() => undefined) },
      { getRemainingTimeInMillis: () => 1000 },
    )
    const waits = timers.mock.calls.map(([, millis]) => Number(millis))
    timers.mockRestore()
    expect(waits.length).toBeGreaterThan(0)
    expect(Math.max(...waits)).toBeLessThanOrEqual(1000)
    expect(outcomes).toEqual(['dropped', 'failed', 'dropped'])
    // The time for the call and that for all background work end in the same millisecond.
    expect(lines.at(-1)).toMatchObject({ level: 'warn', message: expect.stringMatching(/did not finish in time$/) })
  })

  test('is not called for a message that was skipped: the error is that of another message', async () => {
    const captured: unknown[] = []
    const { outcomes, lines, all } = await classify(event, () => raise(new SkippedError('later')), {
      capture: (error) => captured.push(error),
    })
    expect(outcomes).toEqual(['failed', 'failed', 'failed'])
    expect(captured).toEqual([])
    expect(lines).toEqual([])
    expect(all.filter(({ level }) => level === 'debug')).toHaveLength(3)
  })
})
