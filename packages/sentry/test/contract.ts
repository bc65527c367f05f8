import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type SentryOptions, type SentrySdk, sentry } from '@lpipe/sentry'
import { invoke, kinesisEvent, memoryLogger, memoryQueue, silentLogger, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { FailButContinue, FailCatastrophically, type LpipeOptions, lpipe, payload } from 'lpipe-preset'
import { timeOver } from '../../core/test/batch-with.ts'
import { type Endpoint, type SentryEvent, startEndpoint } from './endpoint.ts'

const nothing = (): void => undefined
const quiet = silentLogger()

type Handler = (event: never, context: never) => unknown

/** What the tests use of an SDK beside what lpipe uses. */
export interface TestedSdk extends SentrySdk {
  withScope(callback: () => void): unknown
  setTag(name: string, value: string): void
  addBreadcrumb(breadcrumb: { message: string }): void
}

/** An SDK, and how it is set up. */
export interface SdkUnderTest {
  readonly sdk: TestedSdk
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

/** What `@lpipe/sentry` guarantees, with every SDK. */
export const sentryContract = ({ sdk, init, wrapHandler }: SdkUnderTest): void => {
  let endpoint: Endpoint
  /** A busy machine sends slowly. */
  const patient = { sdk, flushMillis: 25_000 }
  const afterLpipe = (options: SentryOptions = patient, more: LpipeOptions = { paths }) =>
    middy()
      .use(lpipe({ logger: quiet, ...more }))
      .use(sentry(options))
  const beforeLpipe = (options: SentryOptions = patient, more: LpipeOptions = { paths }) =>
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

  test('does nothing before init()', async () => {
    expect(await invoke(afterLpipe(), failing)).toEqual(answer)
    expect(endpoint.raw).toBe('')
  })

  test('does nothing without a DSN', async () => {
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
    ])('%s: one event for each dropped or failed message, with what finds its record', async (_, make) => {
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
      expect(endpoint.raw.includes(secret)).toBe(false)
      await invoke(afterLpipe({ ...patient, includeKwargs: true }), failing)
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
      await invoke(afterLpipe({ ...patient, shouldCapture }), failing)
      expect(endpoint.take().map(textOf)).toEqual(['try again', 'oops'])
      expect(chosen).toContainEqual(['not wanted', 'message-1'])
    })

    test('tags and breadcrumbs of one message are not on another, though they run at once', async () => {
      const ids = [0, 1, 2, 3]
      let here = 0
      let letAllGo = nothing
      const allAreHere = new Promise<void>((resolve) => {
        letAllGo = resolve
      })
      const annotate = async ({ id }: { readonly id: number }) => {
        sdk.setTag('order', String(id))
        here += 1
        if (here === ids.length) letAllGo()
        await allAreHere
        sdk.addBreadcrumb({ message: `saw ${id}` })
        throw new Error(`oops ${id}`)
      }
      const handler = afterLpipe(patient, { call: annotate, concurrency: Infinity })
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
      const handler = afterLpipe(patient, {
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
      const handler = afterLpipe(patient, {
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

    test('an error that the function captured itself is not captured again', async () => {
      const call = () => {
        const error = new Error('captured by hand')
        sdk.captureException(error)
        throw error
      }
      await invoke(afterLpipe(patient, { call }), sqsEvent([{}]))
      expect(endpoint.take().map(textOf)).toEqual(['captured by hand'])
    })

    test('a skipped message is not an event', async () => {
      const call = ({ id }: { readonly id: number }) => {
        if (id === 1) throw new FailCatastrophically('the first')
      }
      const handler = afterLpipe(patient, { call })
      await invoke(handler, sqsEvent([{ id: 1 }, { id: 2 }], { name: 'q.fifo', groupId: () => 'g' }))
      await invoke(handler, kinesisEvent([{ id: 1 }, { id: 2 }]))
      expect(endpoint.take().map(textOf)).toEqual(['the first', 'the first'])
    })

    test.each([
      ['text', 'text'],
      ['undefined', undefined],
      ['a frozen error', Object.freeze(new Error('frozen'))],
      ['an error without a prototype', Object.create(null)],
      ['a revoked proxy', revoked()],
      ['an error whose message cannot be read', unreadable()],
    ])('every thrown value is an event: %s', async (_, thrown) => {
      const call = () => {
        throw thrown
      }
      expect(await invoke(afterLpipe(patient, { call }), sqsEvent([{}]))).toEqual({ batchItemFailures: [] })
      expect(endpoint.take()).toHaveLength(1)
      expect(await sdk.flush(1000)).toBe(true) // the SDK did not stumble
    })

    const secretIn = (value: unknown) => ({ card: value, nested: { card: value } })
    test.each<[string, (kwargs: object) => unknown]>([
      ['a thrown object', (kwargs) => Promise.reject(kwargs)],
      ['a thrown string', () => Promise.reject(secret)],
      ['a thrown array', (kwargs) => Promise.reject([kwargs])],
      ['an error with a request', (data) => Promise.reject(Object.assign(new Error('no'), { config: { data } }))],
      ['an error with a toJSON', (data) => Promise.reject(Object.assign(new Error('no'), { toJSON: () => data }))],
      ['a cause that is not an Error', (cause) => Promise.reject(new Error('no', { cause }))],
    ])('an event holds nothing of its message: %s', async (_, call) => {
      await invoke(afterLpipe(patient, { call }), sqsEvent([secretIn(secret)]))
      await expect(invoke(beforeLpipe(patient, { call, unhandled: 'retry' }), [secretIn(secret)])).rejects.toThrow()
      expect(endpoint.take()).toHaveLength(2)
      expect(endpoint.raw.includes(secret)).toBe(false)
    })

    test('an event holds nothing of its message: a path, a group, a service that quotes', async () => {
      const refused = memoryQueue({
        refuse: (body) => {
          throw Object.assign(new Error(`refused ${JSON.stringify(body)}`), { $fault: 'client', input: body })
        },
      })
      const send = (kwargs: object) => payload({ queue: refused.queue, kwargs })
      const handler = afterLpipe(patient, { paths: { SEND: [send] } })
      await invoke(
        handler,
        sqsEvent([
          { path: secret, kwargs: {} },
          { path: 'SEND', kwargs: { secret } },
          `${secret}{`,
          { path: 'SEND', kwargs: secret },
        ]),
      )
      expect(endpoint.take()).toHaveLength(4)
      expect(endpoint.raw.includes(secret)).toBe(false)
    })

    test('more errors than the SDK buffers are all events', async () => {
      const call = ({ id }: { readonly id: number }) => {
        throw new Error(`oops ${id}`)
      }
      const ids = Array.from({ length: 150 }, (_, id) => id)
      await invoke(afterLpipe(patient, { call }), sqsEvent(ids.map((id) => ({ id }))))
      expect(new Set(endpoint.take().map(textOf)).size).toBe(150)
    })

    test('errors that do not become events in time are counted in the log', async () => {
      endpoint.manner = 'never answers'
      const logger = memoryLogger()
      const ids = Array.from({ length: 60 }, (_, id) => id)
      await invoke(
        afterLpipe({ sdk, flushMillis: 50 }, { call: () => Promise.reject(new Error('oops')), logger }),
        sqsEvent(ids.map((id) => ({ id }))),
      )
      const warnings = logger.lines.filter(({ level, message }) => level === 'warn' && message.startsWith('sentry'))
      expect(warnings.map(({ message }) => message)).toEqual([
        'sentry: could not send all events in time',
        'sentry: 35 errors did not become events, because the time was up',
      ])
    })

    test('a shouldCapture that rejects changes no outcome', async () => {
      const shouldCapture = (() => Promise.reject(new Error('no'))) as unknown as () => boolean
      expect(await invoke(afterLpipe({ ...patient, shouldCapture }), failing)).toEqual(answer)
      expect(endpoint.take()).toHaveLength(4)
    })

    test('an SDK that cannot isolate messages is reported once', async () => {
      const logger = memoryLogger()
      const { withIsolationScope: _, ...others } = sdk
      const handler = afterLpipe({ ...patient, sdk: others }, { paths, logger })
      await invoke(handler, failing)
      await invoke(handler, failing)
      const warnings = logger.lines.filter(({ message }) => message.includes('does not isolate messages'))
      expect(warnings).toHaveLength(1)
      expect(endpoint.take()).toHaveLength(8)
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

    test('an endpoint that never answers does not delay the response past the deadline', async () => {
      endpoint.manner = 'never answers'
      const isOver = timeOver(1500)
      const deadline = performance.now() + 1500
      const getRemainingTimeInMillis = () => deadline - performance.now()
      const handler = afterLpipe({ sdk, flushMillis: 60_000 })
      expect(await invoke(handler, failing, { getRemainingTimeInMillis })).toEqual(answer)
      expect(isOver()).toBe(false)
    })

    test.each<[string, Partial<SentrySdk>]>([
      ['captureException throws', { captureException: throwing }],
      ['captureException rejects', { captureException: () => Promise.reject(new Error('no capture')) }],
      ['withIsolationScope never calls back', { withIsolationScope: nothing }],
      ['withIsolationScope rejects', { withIsolationScope: () => Promise.reject(new Error('no scope')) }],
      ['getIsolationScope throws', { getIsolationScope: throwing }],
      ['getIsolationScope rejects', { getIsolationScope: rejecting }],
      ['getCurrentScope rejects', { getCurrentScope: rejecting }],
      ['a scope rejects', { getIsolationScope: () => brokenScope, getCurrentScope: () => brokenScope }],
      ['a scope is never new, and cannot be copied', { getIsolationScope: () => sameScope }],
      ['getClient rejects', { getClient: rejecting }],
      ['getDsn rejects', { getClient: () => ({ getDsn: rejecting }) }],
      ['withIsolationScope throws', { withIsolationScope: throwing }],
      ['flush throws', { flush: throwing }],
      ['flush rejects', { flush: () => Promise.reject(new Error('no flush')) }],
      ['flush never ends', { flush: () => new Promise<boolean>(nothing) }],
    ])('an SDK that breaks changes no outcome: %s', async (_, broken) => {
      const unhandled: unknown[] = []
      const listen = (reason: unknown) => void unhandled.push(reason)
      process.on('unhandledRejection', listen)
      const sentrySdk = { ...sdk, ...broken }
      expect(await invoke(afterLpipe({ sdk: sentrySdk, flushMillis: 50 }), failing)).toEqual(answer)
      expect(await invoke(beforeLpipe({ sdk: sentrySdk, flushMillis: 50 }), failing)).toEqual(answer)
      // Node.js reports an unhandled rejection after the microtasks.
      await new Promise((resolve) => setImmediate(resolve))
      process.off('unhandledRejection', listen)
      expect(unhandled).toEqual([])
    })

    describe('what the invocation throws', () => {
      test.each([
        ['after', afterLpipe],
        ['before', beforeLpipe],
      ])('is one event (%s lpipe)', async (_, make) => {
        await expect(invoke(make(), { Records: 'none', eventSource: 'aws:sqs' })).rejects.toThrow()
        expect(endpoint.take().map(({ tags }) => [tags?.['lpipe.error_class'], tags?.['lpipe.message_id']])).toEqual([
          ['InvalidPayloadError', undefined],
        ])
      })

      test('is not an event if it only summarizes the errors of messages', async () => {
        await expect(invoke(afterLpipe(), [bodyOf(2), bodyOf(0), bodyOf(2)])).rejects.toThrow('2 messages failed')
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
          .use(sentry(patient))
        await expect(invoke(wrapHandler(handler), sqsEvent([bodyOf(0)]))).rejects.toThrow('the handler itself')
        expect(endpoint.take().map(textOf)).toEqual(['the handler itself'])
      })
    })
  })
}

const throwing = (): never => {
  throw new Error('the SDK itself')
}

/** A method whose contract has no promise. */
const rejecting = (): never => Promise.reject(new Error('the SDK itself')) as never
const brokenScope = { clone: rejecting }
const sameScope = { clone: throwing }

function unreadable(): Error {
  return Object.defineProperty(new Error(), 'message', { get: throwing })
}

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
