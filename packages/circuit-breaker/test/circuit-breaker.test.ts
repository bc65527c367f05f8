import { describe, expect, jest, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import { batchResponse } from '@lpipe/batch-response'
import { CircuitOpenError, type CircuitState, type CircuitStore, circuitBreaker } from '@lpipe/circuit-breaker'
import { FailButContinue, fn } from '@lpipe/core'
import { signatureOf } from '@lpipe/core/middleware'
import { errorClassifier } from '@lpipe/error-classifier'
import { messageNormalizer } from '@lpipe/message-normalizer'
import { pathRouter } from '@lpipe/path-router'
import { call, invokeWithOutcomes, memoryLogger, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import * as z from 'zod'
import { now, options, seconds } from './clock.ts'

/** A service that is up or down, and a function that calls it. */
const service = () => {
  const state = { isUp: false, calls: 0 }
  const ship = async ({ order }: { order: number }) => {
    state.calls += 1
    if (!state.isUp) throw new Error('connection refused')
    return order
  }
  return { state, ship }
}

/** Returns what a function returns, or the error that it throws. */
const outcomeOf = async (run: (kwargs: { order: number }, call: never) => unknown): Promise<unknown> => {
  try {
    return await run({ order: 1 }, call() as never)
  } catch (error) {
    return error
  }
}

describe('a callback that behaves badly changes no result of a function', () => {
  const refused = new Error('connection refused')
  const ship = ({ order }: { order: number }) => {
    if (order === 1) throw refused
    return order
  }
  const bad: Readonly<Record<string, () => unknown>> = {
    'that throws': () => {
      throw new Error('bad')
    },
    'that rejects': () => Promise.reject(new Error('bad')),
    'that returns null': () => null,
    'that returns NaN': () => Number.NaN,
  }

  test.each(Object.entries(bad))('%s', async (_, callback) => {
    const run = callback as never
    for (const options of [{ isFailure: run }, { now: run }, { store: { update: run } }]) {
      const protectedShip = circuitBreaker(options).protect(ship)
      expect(await outcomeOf(protectedShip)).toBe(refused)
      expect(await outcomeOf(() => protectedShip({ order: 2 }))).toBe(2)
    }
  })
})

describe('a circuit breaker', () => {
  test('stops calls after failures, tries one after the pause, and closes when it succeeds', async () => {
    const { state, ship } = service()
    const protectedShip = circuitBreaker(options).protect(ship)
    for (const _ of [1, 2, 3, 4]) await outcomeOf(protectedShip)
    expect(state.calls).toBe(2)
    seconds(10)
    const refused = await outcomeOf(protectedShip)
    expect(refused).toBeInstanceOf(CircuitOpenError)
    expect(refused).toMatchObject({
      name: 'CircuitOpenError',
      message: 'function ship was not called, because its circuit is open. Next try in 20 seconds',
      retryAfterSeconds: 20,
    })
    seconds(20)
    await outcomeOf(protectedShip) // the trial fails
    expect(await outcomeOf(protectedShip)).toMatchObject({ retryAfterSeconds: 30 })
    expect(state.calls).toBe(3)
    seconds(30)
    state.isUp = true
    const answers = [outcomeOf(protectedShip), outcomeOf(protectedShip)] // the second begins before the trial has ended
    expect(await answers[0]).toBe(1)
    expect(await answers[1]).toBeInstanceOf(CircuitOpenError)
    expect(await outcomeOf(protectedShip)).toBe(1)
    expect(state.calls).toBe(5)
  })

  test('counts failures within the window only', async () => {
    const { state, ship } = service()
    const protectedShip = circuitBreaker(options).protect(ship)
    for (const _ of [1, 2, 3]) {
      await outcomeOf(protectedShip)
      seconds(61)
    }
    expect(state.calls).toBe(3)
  })

  test('does not count what says that a message is wrong, and takes a trial that ends so for success', async () => {
    let error: Error = new FailButContinue('no such order')
    let calls = 0
    const check = circuitBreaker(options).protect(() => {
      calls += 1
      throw error
    })
    for (const _ of [1, 2, 3]) expect(await outcomeOf(check)).toBe(error)
    error = new Error('down')
    for (const _ of [1, 2, 3]) await outcomeOf(check)
    expect(calls).toBe(5)
    seconds(30)
    error = new FailButContinue('no such order')
    for (const _ of [1, 2]) expect(await outcomeOf(check)).toBe(error)
  })

  test('`isFailure` decides what counts', async () => {
    const { state, ship } = service()
    const protectedShip = circuitBreaker({ ...options, isFailure: () => false }).protect(ship)
    for (const _ of [1, 2, 3]) await outcomeOf(protectedShip)
    expect(state.calls).toBe(3)
  })

  test('functions share the circuit of their breaker, and no other', async () => {
    const { state, ship } = service()
    const breaker = circuitBreaker(options)
    const other = circuitBreaker(options).protect(ship)
    await outcomeOf(breaker.protect(ship))
    await outcomeOf(breaker.protect(ship))
    expect(await outcomeOf(breaker.protect(ship))).toBeInstanceOf(CircuitOpenError)
    expect(state.calls).toBe(2)
    await outcomeOf(other)
    expect(state.calls).toBe(3)
  })

  test('a protected function keeps its name and its signature, and returns no promise if it returned none', () => {
    const signed = fn(z.object({ order: z.number() }), ({ order }) => order + 1, { name: 'next' })
    const protectedOne = circuitBreaker(options).protect(signed)
    expect(protectedOne.name).toBe('next')
    expect(signatureOf(protectedOne)?.schema).toBe(signatureOf(signed)?.schema)
    expect((protectedOne as (kwargs: object, call: never) => unknown)({ order: 1 }, call() as never)).toBe(2)
  })

  test('a message that is not tried stays on its queue', async () => {
    const { state, ship } = service()
    const logger = memoryLogger()
    const handler = middy().use([
      batchResponse(),
      errorClassifier({ logger, unhandled: 'retry' }),
      batchDecoder(),
      messageNormalizer(),
      pathRouter({ paths: { SHIP: [circuitBreaker(options).protect(ship)] } }),
    ])
    const orders = Array.from({ length: 10 }, (_, order) => ({ path: 'SHIP', kwargs: { order } }))
    const { outcomes } = await invokeWithOutcomes(handler, sqsEvent(orders))
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(orders.map(() => 'failed'))
    expect(outcomes.filter(({ error }) => error instanceof CircuitOpenError)).toHaveLength(8)
    expect(state.calls).toBe(2)
    const opened = logger.lines.filter(({ message }) => message === 'the circuit of ship is open for 30 seconds')
    expect(opened).toHaveLength(1)
  })

  test('of a service that is down for ten minutes, calls fall by more than 90 %', async () => {
    const { state, ship } = service()
    const protectedShip = circuitBreaker({ now }).protect(ship)
    for (let second = 0; second < 600; second += 1) {
      await outcomeOf(protectedShip)
      seconds(1)
    }
    expect(state.calls).toBeLessThanOrEqual(600 * 0.1)
    state.isUp = true
    seconds(30)
    expect(await outcomeOf(protectedShip)).toBe(1)
  })
})

describe('a store', () => {
  /** A store that other environments share, over a network. */
  const shared = () => {
    let state: CircuitState = { failedAt: [], openUntil: undefined }
    const store: CircuitStore = {
      update: async (change) => {
        await new Promise((resolve) => setImmediate(resolve))
        const [next, value] = change(JSON.parse(JSON.stringify(state)))
        state = next
        return value
      },
    }
    return store
  }

  test('may be shared and asynchronous', async () => {
    const { state, ship } = service()
    const store = shared()
    const [one, other] = [circuitBreaker({ ...options, store }), circuitBreaker({ ...options, store })]
    await outcomeOf(one.protect(ship))
    await outcomeOf(other.protect(ship))
    expect(await outcomeOf(one.protect(ship))).toBeInstanceOf(CircuitOpenError)
    expect(state.calls).toBe(2)
    seconds(30)
    state.isUp = true
    expect(await outcomeOf(one.protect(ship))).toBe(1)
    expect(await outcomeOf(other.protect(ship))).toBe(1)
  })

  test.each<[how: string, update: () => never]>([
    [
      'throws',
      () => {
        throw new Error('no table')
      },
    ],
    ['rejects', (() => Promise.reject(new Error('no table'))) as () => never],
  ])('that %s stops nothing', async (_, update) => {
    const { state, ship } = service()
    state.isUp = true
    const warn = jest.fn()
    const protectedShip = circuitBreaker({ ...options, store: { update } }).protect(ship)
    expect(
      await (protectedShip as (kwargs: object, call: never) => unknown)({ order: 1 }, {
        ...call(),
        logger: { warn },
      } as never),
    ).toBe(1)
    expect(warn).toHaveBeenCalledWith('the store of a circuit breaker failed: Error: no table')
  })
})

describe('options', () => {
  test.each<[options: object, text: string]>([
    [{ failures: 0 }, 'failures'],
    [{ pauseSeconds: 43_201 }, '`pauseSeconds` must be a number greater than 0 and at most 43,200'],
    [{ store: {} }, '`store` must have the method `update`'],
    [{ windowSecond: 1 }, 'windowSecond'],
  ])('%j is refused', (wrong, text) => {
    expect(() => circuitBreaker(wrong as never)).toThrow(text)
  })

  test('what is neither a function nor a queue is not protected', () => {
    expect(() => circuitBreaker().protect('ship' as never)).toThrow(
      'circuitBreaker: `protect` takes a function or a queue, received string',
    )
  })
})
