import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type SentryOptions, type SentrySdk, sentry } from '@lpipe/sentry'
import { invoke, kinesisEvent, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { FailButContinue, FailCatastrophically, type LpipeOptions, lpipe } from 'lpipe-preset'
import { type Endpoint, type SentryEvent, startEndpoint } from './endpoint.ts'

const nothing = (): void => undefined
const quiet = { debug: nothing, info: nothing, warn: nothing, error: nothing }

type Handler = (event: never, context: never) => unknown

/** What the tests need of an SDK beside what lpipe does. */
export interface TrialSdk extends SentrySdk {
  setTag(name: string, value: string): void
  addBreadcrumb(breadcrumb: { message: string }): void
}

/** An SDK on trial. */
export interface Trial {
  readonly sdk: TrialSdk
  readonly init: (options: { dsn?: string; tracesSampleRate?: number }) => unknown
  readonly wrapHandler: (handler: Handler) => Handler
}

const doThings = ({ id }: { readonly id: number }): string => {
  if (id === 1) throw new FailButContinue('not wanted')
  if (id === 2) throw new FailCatastrophically('try again')
  if (id === 3) throw new TypeError('oops')
  return 'done'
}

const paths = { DO: [doThings] }
/** Not written out: Sentry shows the lines of code around each call. */
const secret = ['hunter', 2].join('')
const bodyOf = (id: number) => ({ path: 'DO', kwargs: { id, secret } })
const failing = sqsEvent([bodyOf(0), bodyOf(1), bodyOf(2), bodyOf(3), 'no JSON'], { name: 'intake', receiveCount: 3 })
const answer = { batchItemFailures: [{ itemIdentifier: 'message-2' }] }

const typeOf = ({ exception }: SentryEvent): string => String(exception?.values.at(-1)?.type)
const textOf = ({ exception }: SentryEvent): string => String(exception?.values.at(-1)?.value)

/** What `@lpipe/sentry` promises, with whatever SDK. */
export const sentryContract = ({ sdk, init, wrapHandler }: Trial): void => {
  let endpoint: Endpoint
  const fast = { sdk, flushMillis: 5000 }
  const afterLpipe = (options: SentryOptions = fast, more: LpipeOptions = { paths }) =>
    middy()
      .use(lpipe({ logger: quiet, ...more }))
      .use(sentry(options))
  const beforeLpipe = (options: SentryOptions = fast, more: LpipeOptions = { paths }) =>
    middy()
      .use(sentry(options))
      .use(lpipe({ logger: quiet, ...more }))

  beforeAll(async () => {
    endpoint = await startEndpoint()
  })
  afterAll(() => endpoint.close())
  beforeEach(async () => {
    endpoint.release()
    await sdk.flush(5000)
    endpoint.take()
    endpoint.raw = ''
  })

  test('is silent as long as nobody called init()', async () => {
    expect(await invoke(afterLpipe(), failing)).toEqual(answer)
    expect(endpoint.raw).toBe('')
  })

  test('is silent without a DSN', async () => {
    init({})
    expect(await invoke(beforeLpipe(), failing)).toEqual(answer)
    expect(endpoint.raw).toBe('')
  })

  describe('with a DSN', () => {
    beforeAll(() => {
      init({ dsn: endpoint.dsn })
    })

    test.each([
      ['.use(lpipe()).use(sentry())', afterLpipe],
      ['.use(sentry()).use(lpipe())', beforeLpipe],
    ])('%s: one event for each errored message, with all that finds its record', async (_, make) => {
      expect(await invoke(make(), failing)).toEqual(answer)
      const events = endpoint.take()
      expect(events.map(({ level }) => level)).toEqual(['warning', 'error', 'error', 'warning'])
      expect(events.map(typeOf)).toEqual([
        'FailButContinue',
        'FailCatastrophically',
        'TypeError',
        'InvalidPayloadError',
      ])
      const found = {
        outcome: 'failed',
        error_class: 'FailCatastrophically',
        path: 'DO',
        function: 'doThings',
        event_source: 'arn:aws:sqs:us-east-1:000000000000:intake',
        message_id: 'message-2',
        receive_count: '3',
        aws_request_id: '11111111-1111-1111-1111-111111111111',
      }
      const { tags, contexts } = events[1] as SentryEvent
      expect(contexts?.['lpipe']).toEqual(found)
      expect(tags).toMatchObject(
        Object.fromEntries(Object.entries(found).map(([name, value]) => [`lpipe.${name}`, value])),
      )
      const ends = events.map(({ tags = {} }) => [tags['lpipe.message_id'], tags['lpipe.outcome']])
      expect(ends).toEqual([
        ['message-1', 'dropped'],
        ['message-2', 'failed'],
        ['message-3', 'dropped'],
        ['message-4', 'dropped'],
      ])
      expect(events[3]?.tags).not.toHaveProperty('lpipe.path')
    })

    test('events hold no kwargs, unless they are asked for', async () => {
      await invoke(afterLpipe(), failing)
      expect(endpoint.take()).toHaveLength(4)
      expect(endpoint.raw).not.toContain(secret)
      await invoke(afterLpipe({ ...fast, includeKwargs: true }), failing)
      const events = endpoint.take()
      expect(events[0]?.contexts?.['kwargs']).toEqual({ id: 1, secret })
      expect(events[3]?.contexts).not.toHaveProperty('kwargs') // it could not be decoded
    })

    test('shouldCapture chooses, and captures if it throws', async () => {
      const chosen: unknown[] = []
      const shouldCapture: SentryOptions['shouldCapture'] = (error, { id }) => {
        chosen.push([(error as Error).message, id])
        if (id === 'message-1') return false
        if (id === 'message-2') throw new Error('cannot choose')
        return error instanceof TypeError
      }
      await invoke(afterLpipe({ ...fast, shouldCapture }), failing)
      expect(endpoint.take().map(textOf)).toEqual(['try again', 'oops'])
      expect(chosen).toContainEqual(['not wanted', 'message-1'])
    })

    test('what functions tell Sentry of one message is not seen on another, though they run at once', async () => {
      const ids = [0, 1, 2, 3]
      let here = 0
      let letAllGo = nothing
      const allAreHere = new Promise<void>((resolve) => {
        letAllGo = resolve
      })
      const tell = async ({ id }: { readonly id: number }) => {
        sdk.setTag('order', String(id))
        here += 1
        if (here === ids.length) letAllGo()
        await allAreHere
        sdk.addBreadcrumb({ message: `saw ${id}` })
        throw new Error(`oops ${id}`)
      }
      const handler = afterLpipe(fast, { call: tell, concurrency: Infinity })
      await invoke(handler, sqsEvent(ids.map((id) => ({ id }))))
      const seen = endpoint
        .take()
        .map(({ tags, breadcrumbs = [], ...event }) => [
          textOf({ ...event }),
          tags?.['order'],
          tags?.['lpipe.message_id'],
          breadcrumbs.map(({ message }) => message).filter((text) => text?.startsWith('saw')),
        ])
      expect(seen).toEqual(ids.map((id) => [`oops ${id}`, String(id), `message-${id}`, [`saw ${id}`]]))
      sdk.withScope(() => sdk.captureException(new Error('elsewhere')))
      await sdk.flush(5000)
      expect(endpoint.take()[0]?.tags ?? {}).not.toHaveProperty('order')
    })

    test('two invocations at once do not mix', async () => {
      const handler = afterLpipe(fast, {
        call: async ({ id }: { readonly id: number }) => {
          sdk.setTag('order', String(id))
          await Promise.resolve()
          throw new Error(`oops ${id}`)
        },
      })
      await Promise.all([1, 2, 3].map((id) => invoke(handler, sqsEvent([{ id }]), { awsRequestId: `request-${id}` })))
      const seen = endpoint
        .take()
        .map((event) => [textOf(event), event.tags?.['order'], event.tags?.['lpipe.aws_request_id']])
      expect(seen.sort()).toEqual([1, 2, 3].map((id) => [`oops ${id}`, `${id}`, `request-${id}`]))
    })

    test('the same error object of two messages is two events, in each invocation', async () => {
      const error = new Error('always the same')
      const handler = afterLpipe(fast, {
        call: () => {
          throw error
        },
      })
      await invoke(handler, sqsEvent([{}, {}]))
      await invoke(handler, sqsEvent([{}, {}]))
      expect(endpoint.take().map(({ tags }) => tags?.['lpipe.message_id'])).toEqual([
        'message-0',
        'message-0',
        'message-1',
        'message-1',
      ])
    })

    test('an error that the function captured itself is no second event', async () => {
      const call = () => {
        const error = new Error('told by hand')
        sdk.captureException(error)
        throw error
      }
      await invoke(afterLpipe(fast, { call }), sqsEvent([{}]))
      expect(endpoint.take().map(textOf)).toEqual(['told by hand'])
    })

    test('a message that was not tried is no event', async () => {
      const call = ({ id }: { readonly id: number }) => {
        if (id === 1) throw new FailCatastrophically('the first')
      }
      const handler = afterLpipe(fast, { call })
      await invoke(handler, sqsEvent([{ id: 1 }, { id: 2 }], { name: 'q.fifo', groupId: () => 'g' }))
      await invoke(handler, kinesisEvent([{ id: 1 }, { id: 2 }]))
      expect(endpoint.take().map(textOf)).toEqual(['the first', 'the first'])
    })

    test.each([
      ['text', 'text'],
      ['undefined', undefined],
      ['a frozen error', Object.freeze(new Error('frozen'))],
      ['an error without a prototype', Object.create(null)],
      ['what lets nobody look', revoked()],
      ['an error that lets nobody read its message', unreadable()],
    ])('whatever is thrown is an event: %s', async (_, thrown) => {
      const call = () => {
        throw thrown
      }
      expect(await invoke(afterLpipe(fast, { call }), sqsEvent([{}]))).toEqual({ batchItemFailures: [] })
      expect(endpoint.take()).toHaveLength(1)
      expect(await sdk.flush(1000)).toBe(true) // the SDK did not stumble
    })

    test('flushes once, with its bound, and not if there is nothing to flush', async () => {
      const bounds: unknown[] = []
      const counting: SentrySdk = {
        ...sdk,
        flush: (millis) => {
          bounds.push(millis)
          return sdk.flush(millis)
        },
      }
      await invoke(afterLpipe({ sdk: counting }), failing)
      expect(bounds).toEqual([2000])
      await invoke(beforeLpipe({ sdk: counting, flushMillis: 700 }), failing)
      expect(bounds).toEqual([2000, 700])
      await expect(invoke(afterLpipe({ sdk: counting }), [bodyOf(2)])).rejects.toThrow('try again')
      await expect(invoke(beforeLpipe({ sdk: counting }), [bodyOf(2)])).rejects.toThrow('try again')
      expect(bounds).toHaveLength(4)
      await invoke(afterLpipe({ sdk: counting }), sqsEvent([bodyOf(0)]))
      expect(bounds).toHaveLength(4)
    })

    describe.each<Endpoint['manner']>(['breaks', 'never answers', 'cuts the connection'])(
      'an endpoint that %s',
      (manner) => {
        test.each([
          ['after', afterLpipe],
          ['before', beforeLpipe],
        ])('changes no outcome (%s lpipe)', async (_, make) => {
          endpoint.manner = manner
          expect(await invoke(make({ sdk, flushMillis: 100 }), failing)).toEqual(answer)
        })
      },
    )

    test('an endpoint that never answers holds up nobody past the deadline', async () => {
      endpoint.manner = 'never answers'
      const deadline = performance.now() + 400
      const getRemainingTimeInMillis = () => deadline - performance.now()
      const handler = afterLpipe({ sdk, flushMillis: 60_000 })
      expect(await invoke(handler, failing, { getRemainingTimeInMillis })).toEqual(answer)
      expect(performance.now()).toBeLessThan(deadline)
    })

    test.each<[string, Partial<SentrySdk>]>([
      ['captureException throws', { captureException: throwing }],
      ['withScope throws', { withScope: throwing }],
      ['withIsolationScope throws', { withIsolationScope: throwing }],
      ['flush throws', { flush: throwing }],
      ['flush rejects', { flush: () => Promise.reject(new Error('no flush')) }],
      ['flush never ends', { flush: () => new Promise<boolean>(nothing) }],
    ])('an SDK that breaks changes no outcome: %s', async (_, broken) => {
      const sentrySdk = { ...sdk, ...broken }
      expect(await invoke(afterLpipe({ sdk: sentrySdk, flushMillis: 50 }), failing)).toEqual(answer)
      expect(await invoke(beforeLpipe({ sdk: sentrySdk, flushMillis: 50 }), failing)).toEqual(answer)
    })

    describe('what the invocation throws', () => {
      test.each([
        ['after', afterLpipe],
        ['before', beforeLpipe],
      ])('is one event (%s lpipe), for no message could be told', async (_, make) => {
        await expect(invoke(make(), { Records: 'none', eventSource: 'aws:sqs' })).rejects.toThrow()
        expect(endpoint.take().map(({ tags }) => [tags?.['lpipe.error_class'], tags?.['lpipe.message_id']])).toEqual([
          ['InvalidPayloadError', undefined],
        ])
      })

      test('is none if it only sums up what its messages threw', async () => {
        await expect(invoke(afterLpipe(), [bodyOf(2), bodyOf(0), bodyOf(2)])).rejects.toThrow('messages failed: 2')
        expect(endpoint.take().map(textOf)).toEqual(['try again', 'try again'])
      })
    })

    describe('under wrapHandler', () => {
      test.each([
        ['after', afterLpipe],
        ['before', beforeLpipe],
      ])('each error is one event all the same (%s lpipe)', async (_, make) => {
        expect(await invoke(wrapHandler(make()), failing)).toEqual(answer)
        const events = endpoint.take()
        expect(events.map(textOf).slice(0, 3)).toEqual(['not wanted', 'try again', 'oops'])
        expect(events).toHaveLength(4)
        expect(events[0]?.contexts?.['aws.lambda']).toMatchObject({ function_name: 'test' })
      })

      test('an invocation that throws for its messages has their events alone', async () => {
        await expect(invoke(wrapHandler(afterLpipe()), [bodyOf(2)])).rejects.toThrow('try again')
        await expect(invoke(wrapHandler(beforeLpipe()), [bodyOf(2)])).rejects.toThrow('try again')
        expect(endpoint.take().map(({ tags }) => tags?.['lpipe.path'])).toEqual(['DO', 'DO'])
      })

      test('an invocation that throws anything else has one event', async () => {
        const handler = middy(() => Promise.reject(new Error('the handler itself')))
          .use(lpipe({ logger: quiet }))
          .use(sentry(fast))
        await expect(invoke(wrapHandler(handler), sqsEvent([bodyOf(0)]))).rejects.toThrow('the handler itself')
        expect(endpoint.take().map(textOf)).toEqual(['the handler itself'])
      })
    })
  })
}

const throwing = (): never => {
  throw new Error('the SDK itself')
}

function unreadable(): Error {
  return Object.defineProperty(new Error(), 'message', { get: throwing })
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
