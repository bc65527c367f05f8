import type { Logger } from '@lpipe/core'

/** An SQS queue. It is a FIFO queue if its name ends in `.fifo`. */
export interface LocalQueue {
  /** seconds that a received message stays hidden; default 30 */
  readonly visibilityTimeout?: number
  /** seconds that a new message stays hidden; default 0 */
  readonly delay?: number
  /** where messages go after `maxReceiveCount` receives: the name of another queue of this pipeline */
  readonly deadLetter?: { readonly queue: string; readonly maxReceiveCount: number }
  /** further attributes of `CreateQueue`, by AWS's names */
  readonly attributes?: Readonly<Record<string, string>>
}

/** A Kinesis data stream. */
export interface LocalStream {
  /** default 1 */
  readonly shards?: number
}

interface SourceBase {
  /**
   * Whether the mapping has `FunctionResponseTypes: [ReportBatchItemFailures]`; default true. With false any answer is
   * taken for a batch that is done, as Lambda does.
   */
  readonly reportBatchItemFailures?: boolean
  /** seconds to gather a full batch; default 0 */
  readonly maximumBatchingWindowInSeconds?: number
}

/** An SQS queue that feeds a function. */
export interface QueueSource extends SourceBase {
  readonly queue: string
  readonly stream?: undefined
  /** the most messages of an event; default 10. Beyond 10 it needs a batching window of at least 1 s, and no FIFO queue */
  readonly batchSize?: number
  /** how many batches are worked on at once; default 1. Lambda starts with 5 */
  readonly maximumConcurrency?: number
  /**
   * Whole seconds until a failed message is visible again, instead of the rest of its visibility timeout. Lambda has no
   * such setting: it is for demos and tests that should be quick.
   */
  readonly retryAfterSeconds?: number
}

/** A Kinesis stream that feeds a function, one batch at a time from each shard. */
export interface StreamSource extends SourceBase {
  readonly stream: string
  readonly queue?: undefined
  /** the most records of an event; default 100 */
  readonly batchSize?: number
  /** cut a batch in two when the function fails; default false */
  readonly bisectBatchOnFunctionError?: boolean
  /** retries of a batch before it is discarded; default -1, endless, as in AWS: a poison record then blocks its shard */
  readonly maximumRetryAttempts?: number
  /** the queue that is told of each discarded batch, as Lambda tells an on-failure destination */
  readonly onFailure?: string
  /** seconds between retries; default 0.1. Lambda waits longer and longer */
  readonly retryAfterSeconds?: number
}

/** A Lambda function. */
export interface LocalFunction {
  readonly handler: (event: never, context: never) => unknown
  /** what feeds it; every source has a mapping of its own */
  readonly source: QueueSource | StreamSource | readonly (QueueSource | StreamSource)[]
  /** seconds until an invocation has failed; default 3, as in AWS */
  readonly timeout?: number
}

export interface LocalPipelineOptions {
  readonly queues?: Readonly<Record<string, LocalQueue>>
  readonly streams?: Readonly<Record<string, LocalStream>>
  readonly functions?: Readonly<Record<string, LocalFunction>>
  /** default `us-east-1` */
  readonly region?: string
  /** whether to set the AWS SDK's variables in `process.env` until `stop()`; default true */
  readonly environment?: boolean
  /** told when an invocation or a call of a mapping fails; default console */
  readonly logger?: Logger
}

/** The sources of a function, as a list. */
export const sourcesOf = ({ source }: LocalFunction): readonly (QueueSource | StreamSource)[] =>
  Array.isArray(source) ? source : [source as QueueSource | StreamSource]

export const isQueueSource = (source: QueueSource | StreamSource): source is QueueSource => source.queue !== undefined

export const defaultVisibilityTimeout = 30
export const defaultTimeout = 3
