import type { Context } from 'aws-lambda'
import type { Batch } from '../batch/batch.ts'
import type { FunctionLogger } from '../batch/logger.ts'
import type { Kwargs } from '../values.ts'
import type { Payload } from './payload.ts'

/** What a function may read of its invocation. Read-only, except `values`. */
export interface State {
  readonly event: unknown
  readonly context: Context
  /** The graph that `pathRouter()` received. */
  readonly paths: Readonly<Record<string, unknown>>
  readonly batch: Batch
  /** Values that the functions of one invocation share. Empty at its beginning. */
  readonly values: Map<unknown, unknown>
}

/** A function's second argument. */
export interface Call {
  /** The payload that runs the function. Do not change it: later functions read it too. */
  readonly payload: Payload<Kwargs>
  readonly state: State
  /** Adds the message's id, the path and the function to each line. Never throws. */
  readonly logger: FunctionLogger
  /** The Lambda context. */
  readonly context: Context
  /** Aborted when the time of the invocation is nearly over: see `reserveMillis`. */
  readonly signal: AbortSignal
}
