import type { Logger } from '@lpipe/core'
import type { CheckedOptions, HandlerFunction, SystemQueue, SystemStream } from '@lpipe/system/tools'

/** A function of a pipeline whose handler exists already. A function may also be one of a system, with `load`. */
export type LocalFunction = HandlerFunction
/** An SQS queue of a pipeline. */
export type LocalQueue = SystemQueue
/** A Kinesis data stream of a pipeline. */
export type LocalStream = SystemStream

/** The options of `localPipeline`: a system, or its options, with those that only a pipeline has. */
export interface LocalPipelineOptions extends CheckedOptions {
  /** default `us-east-1` */
  readonly region?: string
  /** whether to set the environment variables of the AWS SDK in `process.env` until `stop()`; default true */
  readonly environment?: boolean
  /** logs failed invocations and failed calls of the mappings; default `console` */
  readonly logger?: Logger
}
