/** Hooks of other middlewares that return a value make middy skip the rest. Lambda would delete a batch that lpipe never saw. */
import { describe, expect, test } from '@jest/globals'
import { invoke, silentLogger, sqsEvent } from '@lpipe/testing'
import middy7, { type MiddlewareObj } from '@middy/core'
import { FailCatastrophically, lpipe } from 'lpipe-preset'
import middy6 from 'middy6'

type Hook = 'before' | 'after' | 'onError'
type Way = 'returns' | 'sets'

const logger = silentLogger()
const fails = () => {
  throw new FailCatastrophically('later')
}
const failed = { batchItemFailures: [{ itemIdentifier: 'message-0' }] }

interface Failures {
  batchItemFailures: { itemIdentifier: string }[]
}

/** A middleware whose hook ends the request with a response: by returning it, or by setting it. */
const ending = (hook: Hook, way: Way): MiddlewareObj => ({
  [hook]: (request: { response: unknown }) => {
    if (way === 'returns') return { ok: true }
    request.response = { ok: true }
    return undefined
  },
})

/** Returns what the invocation of a batch of one message returns or throws. */
const outcomeOf = async (
  middy: typeof middy7,
  middleware: MiddlewareObj,
  place: 'before' | 'after',
  call: () => unknown = fails,
): Promise<unknown> => {
  const own = lpipe({ call, logger })
  const handler = middy().use(place === 'before' ? [middleware, ...own] : [...own, middleware])
  return invoke(handler, sqsEvent([{}])).catch((error: unknown) => `thrown: ${String(error)}`)
}

const replaced =
  'thrown: InvalidConfigurationError: lpipe: another middleware set a response, so that failed or unprocessed messages would be deleted. ' +
  'A hook that returns a value ends the request: use braces, `after: (request) => { ... }`'

describe.each([
  ['7', middy7],
  ['6', middy6 as unknown as typeof middy7],
])('under @middy/core %s, with a failed message', (_, middy) => {
  test.each<[hook: Hook, place: 'before' | 'after']>([
    ['before', 'after'],
    ['after', 'before'],
    ['after', 'after'],
  ])('a hook `%s` that returns a value, used %s lpipe, makes the invocation throw', async (hook, place) => {
    expect(await outcomeOf(middy, ending(hook, 'returns'), place)).toBe(replaced)
  })

  test.each(['before', 'after'] as const)('a hook `onError` used %s lpipe is not called', async (place) => {
    expect(await outcomeOf(middy, ending('onError', 'returns'), place)).toEqual(failed)
  })

  test.each(['before', 'after'] as const)(
    'a hook `onError` used %s lpipe cannot turn an error into success',
    async (place) => {
      for (const way of ['returns', 'sets'] as const) {
        const own = lpipe({ call: fails, logger })
        const hook = ending('onError', way)
        const handler = middy()
          .after(() => {
            throw new Error('of a middleware')
          })
          .use(place === 'before' ? [hook, ...own] : [...own, hook])
        const error = await invoke(handler, sqsEvent([{}])).catch((thrown: unknown) => thrown)
        // A hook that runs before those of lpipe makes middy throw V8's error, which holds the real one.
        const isV8s = place === 'after' && way === 'returns'
        expect(isV8s ? (error as { originalError?: unknown }).originalError : error).toMatchObject({
          message: 'of a middleware',
        })
      }
    },
  )

  test.each<[place: 'before' | 'after', way: Way]>([
    ['before', 'returns'],
    ['before', 'sets'],
    ['after', 'sets'],
  ])(
    'if a `before` in front of lpipe throws, a hook `onError` used %s lpipe that %s a response is ignored',
    async (place, way) => {
      const hook = ending('onError', way)
      const throwing: MiddlewareObj = {
        before: () => {
          throw new Error('of a middleware')
        },
      }
      const own = lpipe({ call: fails, logger })
      const handler = middy().use(place === 'before' ? [hook, throwing, ...own] : [throwing, ...own, hook])
      await expect(invoke(handler, sqsEvent([{}]))).rejects.toThrow('of a middleware')
    },
  )

  test('a RAW event fails too', async () => {
    for (const way of ['returns', 'sets'] as const) {
      const handler = middy().use([ending('onError', way), ...lpipe({ call: fails, logger })])
      await expect(invoke(handler, { id: 1 })).rejects.toThrow(/1 message failed/)
    }
  })

  test('a response that `after` sets makes the invocation throw', async () => {
    expect(await outcomeOf(middy, ending('after', 'sets'), 'before')).toBe(replaced)
    expect(await outcomeOf(middy, ending('after', 'sets'), 'after')).toMatch(
      /^thrown: InvalidConfigurationError: lpipe: the handler's response takes precedence/,
    )
  })

  test.each<[what: string, change: (request: { response: never }) => unknown]>([
    ['removes the response', (request) => ((request as { response: unknown }).response = undefined)],
    ['empties the list', ({ response }) => ((response as Failures).batchItemFailures.length = 0)],
    ['replaces the list', ({ response }) => ((response as Failures).batchItemFailures = [])],
    ['removes the list', ({ response }) => Reflect.deleteProperty(response, 'batchItemFailures')],
    [
      'names another message',
      ({ response }) => Object.assign(response, { batchItemFailures: [{ itemIdentifier: 'x' }] }),
    ],
  ])('a hook `after` that %s of the failed messages deletes none', async (_, change) => {
    const hook = { after: (request) => void change(request as never) } satisfies MiddlewareObj
    expect([replaced, failed]).toContainEqual(await outcomeOf(middy, hook, 'before'))
  })

  test.each(['before', 'after'] as const)(
    'a hook `after` used %s lpipe that sets an error deletes none',
    async (place) => {
      const hook: MiddlewareObj = {
        after: (request) => {
          request.error = new Error('of a middleware')
        },
      }
      expect(await outcomeOf(middy, hook, place)).toEqual(failed)
    },
  )

  test('a hook `after` may report more messages', async () => {
    const also = { itemIdentifier: 'message-1' }
    const hook = {
      after: ({ response }) => void (response as Failures).batchItemFailures.push(also),
    } satisfies MiddlewareObj
    const more = { batchItemFailures: [...failed.batchItemFailures, also] }
    expect(await outcomeOf(middy, hook as never, 'before')).toEqual(more)
  })

  test('a response that `before` sets is not returned', async () => {
    for (const place of ['before', 'after'] as const) {
      expect(await outcomeOf(middy, ending('before', 'sets'), place)).toEqual(failed)
    }
  })

  test('a `before` that ends the request in front of lpipe is not seen by lpipe: warmup middlewares do it', async () => {
    expect(await outcomeOf(middy, ending('before', 'returns'), 'before')).toEqual({ ok: true })
  })

  test('a hook that returns undefined changes nothing', async () => {
    const quiet: MiddlewareObj = { before: () => {}, after: () => {}, onError: () => {} }
    for (const place of ['before', 'after'] as const) {
      expect(await outcomeOf(middy, quiet, place)).toEqual(failed)
    }
  })
})

describe('without a failed message', () => {
  test('a response that is set after lpipe is returned: nothing would be lost', async () => {
    expect(await outcomeOf(middy7, ending('after', 'sets'), 'before', () => 1)).toEqual({ ok: true })
  })

  test('a hook that skips lpipe makes the invocation throw all the same', async () => {
    expect(await outcomeOf(middy7, ending('after', 'returns'), 'after', () => 1)).toBe(replaced)
    expect(await outcomeOf(middy7, ending('before', 'returns'), 'after', () => 1)).toBe(replaced)
  })
})
