import type { Batch, Call, Kwargs } from '@lpipe/core'
import { createPayload, InvocationBatch } from '@lpipe/core/middleware'
import type { Context } from 'aws-lambda'
import { lambdaContext } from './invoke.ts'
import { silentLogger } from './loggers.ts'

/** What a function's second argument is made of. */
export interface CallOptions {
  /** Default: `{}`. */
  readonly kwargs?: Kwargs
  /** The path that runs the function. Default: none. */
  readonly path?: string
  /** Default: a logger that logs nothing. */
  readonly logger?: Call['logger']
  /** The event. Default: `{}`. */
  readonly event?: unknown
  /** Members of the Lambda context to replace. */
  readonly context?: Partial<Context>
  /** Default: a signal that is never aborted. */
  readonly signal?: AbortSignal
  /** The values that the functions of the invocation share. */
  readonly values?: Map<unknown, unknown>
}

/**
 * Makes a function's second argument, so that a test may call the function itself.
 *
 * @example
 * expect(await ship({ id: 1 }, call({ path: 'SHIP' }))).toEqual({ shipped: true })
 */
export const call = (options: CallOptions = {}): Call => {
  const { kwargs = {}, path, logger = silentLogger(), event = {}, signal = new AbortController().signal } = options
  const context = lambdaContext(options.context)
  const batch: Batch = new InvocationBatch(event, context)
  return {
    payload: createPayload(path, undefined, kwargs),
    state: { event, context, paths: {}, batch, values: options.values ?? new Map() },
    logger,
    context,
    signal,
  }
}
