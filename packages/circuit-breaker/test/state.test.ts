import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { admit, type Change, type CircuitLimits, type CircuitState, closed, fail, succeed } from '../src/state.ts'

const limits: CircuitLimits = { failures: 3, windowMillis: 1000, pauseMillis: 500 }

/** What may happen to a circuit: time passes, a call begins, one of the calls that run ends. */
type Event =
  | { readonly wait: number }
  | { readonly begin: true }
  | { readonly end: number; readonly isFailure: boolean }

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ wait: fc.integer({ min: 0, max: 700 }) }),
  fc.constant({ begin: true } as const),
  fc.record({ end: fc.nat(10), isFailure: fc.boolean() }),
)

describe('a circuit', () => {
  test('keeps its promises whatever happens, in any order', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 80 }), (events) => {
        let state: CircuitState = closed
        let now = 1_000_000
        let lastTrial = Number.NEGATIVE_INFINITY
        const running: boolean[] = []
        const failures: number[] = []
        const update = <T>(change: Change<T>): T => {
          const [next, value] = change(state)
          state = next
          return value
        }
        for (const one of events) {
          if ('wait' in one) {
            now += one.wait
          } else if ('begin' in one) {
            const before = state
            const admission = update(admit(limits, now))
            if (admission.kind === 'refused') {
              expect(admission.millis).toBeGreaterThan(0)
              expect(admission.millis).toBeLessThanOrEqual(limits.pauseMillis)
              expect(state).toBe(before) // a store writes nothing
              continue
            }
            if (admission.kind === 'trial') {
              expect(now - lastTrial).toBeGreaterThanOrEqual(limits.pauseMillis)
              lastTrial = now
            }
            running.push(admission.kind === 'trial')
          } else if (running.length > 0) {
            const [isTrial = false] = running.splice(one.end % running.length, 1)
            const wasOpen = state.openUntil !== undefined
            if (one.isFailure) {
              const isOpen = update(fail(limits, now, isTrial))
              if (!isTrial && !wasOpen) failures.push(now)
              const recent = failures.filter((time) => time > now - limits.windowMillis).length
              if (!isTrial && !wasOpen) expect(isOpen).toBe(recent >= limits.failures)
              if (isTrial) expect(state.openUntil).toBe(now + limits.pauseMillis)
            } else {
              update(succeed(isTrial))
              if (isTrial) {
                expect(state).toEqual(closed)
                failures.length = 0
              }
            }
          }
          expect(state.failedAt.length).toBeLessThanOrEqual(limits.failures)
          expect(JSON.parse(JSON.stringify(state)).failedAt).toEqual(state.failedAt)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('a clock that was set back does not keep it open for longer than a pause', () => {
    let state: CircuitState = { failedAt: [], openUntil: 10_000 }
    const admitAt = (now: number) => {
      const [next, admission] = admit(limits, now)(state)
      state = next
      return admission
    }
    expect(admitAt(1000)).toEqual({ kind: 'refused', millis: limits.pauseMillis })
    expect(admitAt(1400)).toEqual({ kind: 'refused', millis: 100 })
    expect(admitAt(1500)).toEqual({ kind: 'trial' })
  })

  test('failures of a time that is still to come, because the clock was set back, do not count', () => {
    const [state, isOpen] = fail(limits, 1000, false)({ failedAt: [5000, 5001], openUntil: undefined })
    expect(isOpen).toBe(false)
    expect(state.failedAt).toEqual([1000])
  })
})
