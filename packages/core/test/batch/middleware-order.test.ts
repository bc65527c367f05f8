import { describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError } from '@lpipe/core'
import { enterMiddleware, type LpipeRequest, type MiddlewareName, peekBatch } from '@lpipe/core/middleware'

const order = [
  'batchResponse',
  'errorClassifier',
  'batchDecoder',
  'messageNormalizer',
  'payloadChain',
  'pathRouter',
] as const satisfies readonly MiddlewareName[]

/** A request that these middlewares have entered. */
const entered = (...names: readonly MiddlewareName[]): LpipeRequest => {
  const request = { event: {}, context: {}, response: undefined, internal: {} } as unknown as LpipeRequest
  for (const name of names) enterMiddleware(request, name)
  return request
}

describe('enterMiddleware', () => {
  test('returns the batch of the request', () => {
    const request = entered()
    expect(enterMiddleware(request, 'batchResponse')).toBe(peekBatch(request))
    expect(peekBatch(entered(...order))?.entered).toEqual(order)
  })

  const pairs = order.flatMap((first, index) => order.slice(index + 1).map((second) => [first, second] as const))

  test.each(pairs)('accepts %s before %s, and refuses the other way round', (first, second) => {
    expect(() => entered(first, second)).not.toThrow()
    expect(() => entered(second, first)).toThrow(
      new InvalidConfigurationError(`${first}() must be used before ${second}(). Swap them`),
    )
  })

  test.each(order)('refuses %s twice', (name) => {
    expect(() => entered(name, name)).toThrow(new InvalidConfigurationError(`${name}() is used twice. Remove one`))
  })

  test('refuses a middleware without one that it requires', () => {
    expect(() => enterMiddleware(entered('batchResponse'), 'pathRouter', 'batchDecoder')).toThrow(
      new InvalidConfigurationError(
        'pathRouter() requires batchDecoder() before it. Add it, or swap them if it comes later',
      ),
    )
  })
})
