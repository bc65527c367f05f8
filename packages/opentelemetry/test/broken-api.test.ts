/** OpenTelemetry in the process of a user may be broken in any way: no outcome changes, and no rejection ends the process. */
import { afterEach, expect, test } from '@jest/globals'
import { instrument } from '@lpipe/opentelemetry'
import { invoke, memoryQueue, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import {
  type Context,
  type ContextManager,
  context,
  DiagLogLevel,
  diag,
  propagation,
  ROOT_CONTEXT,
  type TextMapPropagator,
  type Tracer,
} from '@opentelemetry/api'
import { FailCatastrophically, lpipe, payload } from 'lpipe-preset'
import { quiet } from './traced.ts'

/** What a method may do instead of its work. None of these methods returns a promise by its contract. */
const behaviours: Readonly<Record<string, () => never>> = {
  throws: () => {
    throw new Error('no')
  },
  rejects: (() => Promise.reject(new Error('no'))) as never,
  'returns undefined': (() => undefined) as never,
  'returns an object with an unreadable `then`': (() =>
    Object.defineProperty({}, 'then', {
      get: () => {
        throw new Error('no')
      },
    })) as never,
}

const span = {
  spanContext: () => ({ traceId: '5759e988bd862e3fe1be46a994272793', spanId: '53995c3f42cd8ad8', traceFlags: 1 }),
  setAttribute: () => undefined,
  setAttributes: () => undefined,
  setStatus: () => undefined,
  recordException: () => undefined,
  end: () => undefined,
}
const tracerOf = (broken: object): Tracer => ({ startSpan: () => ({ ...span, ...broken }) }) as never

const manager = {
  active: () => ROOT_CONTEXT,
  with: (_: Context, call: (...args: unknown[]) => unknown, self: unknown, ...args: unknown[]) =>
    call.apply(self, args),
  bind: (_: Context, target: unknown) => target,
  enable: () => manager,
  disable: () => manager,
} as unknown as ContextManager
const propagator: TextMapPropagator = { inject: () => undefined, extract: (from) => from, fields: () => [] }

/** What is broken, and how. Returns the tracer to use. */
const breaks: Readonly<Record<string, (broken: () => never) => Tracer>> = {
  startSpan: (broken) => ({ startSpan: broken }) as never,
  ...Object.fromEntries(Object.keys(span).map((name) => [name, (broken: unknown) => tracerOf({ [name]: broken })])),
  'diag.error': (error) => {
    diag.setLogger(
      { error, warn: error, info: () => undefined, debug: () => undefined, verbose: () => undefined },
      DiagLogLevel.ERROR,
    )
    return { startSpan: behaviours['throws'] } as never
  },
  ...Object.fromEntries(
    Object.keys(propagator).map((name) => [
      `propagator.${name}`,
      (broken: unknown) => {
        propagation.setGlobalPropagator({ ...propagator, [name]: broken })
        return tracerOf({})
      },
    ]),
  ),
  ...Object.fromEntries(
    ['active', 'with'].map((name) => [
      `contextManager.${name}`,
      (broken: unknown) => {
        context.setGlobalContextManager({ ...manager, [name]: broken })
        return tracerOf({})
      },
    ]),
  ),
}

afterEach(() => {
  diag.disable()
  propagation.disable()
  context.disable()
})

const cases = Object.keys(breaks).flatMap((what) => Object.keys(behaviours).map((how) => [what, how] as const))

test.each(cases)('%s %s', async (what, how) => {
  const unhandled: unknown[] = []
  const listen = (reason: unknown) => void unhandled.push(reason)
  process.on('unhandledRejection', listen)
  const stop = instrument({ tracer: breaks[what]?.(behaviours[how] as () => never) as Tracer })
  try {
    const next = memoryQueue()
    const call = async ({ id }: { readonly id: number }) => {
      if (id === 1) throw new FailCatastrophically('one')
      return payload({ queue: next.queue })
    }
    const response = await invoke(middy().use(lpipe({ call, logger: quiet })), sqsEvent([{ id: 0 }, { id: 1 }]))
    // Node.js reports an unhandled rejection after the microtasks.
    await new Promise((resolve) => setImmediate(resolve))
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-1' }] })
    expect(next.sent).toHaveLength(1)
    expect(unhandled).toEqual([])
  } finally {
    stop()
    process.off('unhandledRejection', listen)
  }
})
