import type { Filter } from './filter.ts'

/** An SQS queue. It is a FIFO queue if its name ends in `.fifo`. */
export interface SystemQueue {
  /** seconds that a received message stays hidden, 0 to 43200; default 30 */
  readonly visibilityTimeout?: number
  /** seconds that a new message stays hidden, 0 to 900; default 0 */
  readonly delay?: number
  /** the queue of this system that receives a message after `maxReceiveCount` (1 to 1000) receives */
  readonly deadLetter?: { readonly queue: string; readonly maxReceiveCount: number }
  /**
   * further attributes of `CreateQueue`, by the names of AWS
   *
   * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
   */
  readonly attributes?: Readonly<Record<string, string>>
}

/** A Kinesis data stream. */
export interface SystemStream {
  /** default 1 */
  readonly shards?: number
}

/** The options that a queue and a stream share as sources of a function. */
export interface SourceOptions {
  /**
   * Whether the event source mapping has `FunctionResponseTypes: [ReportBatchItemFailures]`; default true. If false,
   * every response means that all records succeeded, as in Lambda.
   */
  readonly reportBatchItemFailures?: boolean
  /** seconds to collect a full batch, 0 to 300; default 0. Lambda takes whole seconds; fractions are for quick tests */
  readonly maximumBatchingWindowInSeconds?: number
  /**
   * At most 10 filters. A record that none of them matches is deleted or passed over. Default: no filter.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
   */
  readonly filterCriteria?: { readonly filters: readonly Filter[] }
}

/** An SQS queue that invokes a function. */
export interface QueueSource extends SourceOptions {
  /** the name of the queue */
  readonly queue: string
  readonly stream?: undefined
  /**
   * The maximum number of messages of an event, 1 to 10000; default 10. More than 10 require a standard queue and a
   * batching window of at least 1 s.
   */
  readonly batchSize?: number
  /** how many batches are processed at once, 1 to 1000; default 1 on a laptop. Lambda starts with 5 */
  readonly maximumConcurrency?: number
  /**
   * Whole seconds until a failed message is visible again, 0 to 43200. Default: when its visibility timeout ends, as in
   * Lambda, which has no such option. It makes tests and demos quick.
   */
  readonly retryAfterSeconds?: number
}

/** A Kinesis stream that invokes a function, with one batch at a time of each shard. */
export interface StreamSource extends SourceOptions {
  /** the name of the stream */
  readonly stream: string
  readonly queue?: undefined
  /** the maximum number of records of an event, 1 to 10000; default 100 */
  readonly batchSize?: number
  /** whether to split a batch in two when the function fails; default false */
  readonly bisectBatchOnFunctionError?: boolean
  /**
   * Retries of a batch before it is discarded, -1 to 10000; default -1: no limit, so that a poison record blocks its
   * shard.
   */
  readonly maximumRetryAttempts?: number
  /** seconds after which a record is discarded, 60 to 604800; default -1: no limit */
  readonly maximumRecordAgeInSeconds?: number
  /** batches of a shard that are processed at once, 1 to 10; default 1. Records of one partition key stay in order */
  readonly parallelizationFactor?: number
  /** the standard queue of this system that receives a record of each discarded batch, in the format of Lambda */
  readonly onFailure?: string
  /** seconds between retries, 0 to 3600; default 0.1. Lambda backs off exponentially */
  readonly retryAfterSeconds?: number
}

/** The settings of a Lambda function. */
export interface FunctionSettings {
  /** seconds after which an invocation fails, up to 900; default 3 */
  readonly timeout?: number
  /** MB of memory, 128 to 10240; default 128 */
  readonly memory?: number
  /**
   * What Lambda does when the function feeds itself through a queue about 16 times: `Terminate` (default) stops the message,
   * `Allow` lets it run.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
   */
  readonly recursiveLoop?: 'Terminate' | 'Allow'
}

/** A Lambda function of a system. */
export interface SystemFunction extends FunctionSettings {
  /** Imports the module of the handler: `() => import('./intake.ts')`. */
  readonly load: () => Promise<object>
  /** the name of the export that is the handler; default `handler` */
  readonly handler?: string
  /** Environment variables. They are set in `process.env` while its module is imported, and restored afterwards. */
  readonly environment?: Readonly<Record<string, string>>
  /** What invokes it; each source has its own event source mapping. Default: nothing of this system. */
  readonly source?: Source | readonly Source[]
}

/** A function whose handler exists already, for `localPipeline()`. */
export interface HandlerFunction extends FunctionSettings {
  /**
   * The handler. It returns a promise or a value, or declares three parameters and calls the callback, which the
   * runtimes up to nodejs22.x support.
   */
  readonly handler: (event: never, context: never, callback: never) => unknown
  readonly load?: undefined
  readonly environment?: undefined
  /** what invokes it; each source has its own event source mapping */
  readonly source: Source | readonly Source[]
}

/** Options of `system()`. `N` are the names of its functions. */
export interface SystemOptions<N extends string = string> {
  /** the SQS queues by name */
  readonly queues?: Readonly<Record<string, SystemQueue>>
  /** the Kinesis streams by name */
  readonly streams?: Readonly<Record<string, SystemStream>>
  /** the Lambda functions by name */
  readonly functions?: Readonly<Record<N, SystemFunction>>
}

/** The options that are checked: a system, or one whose handlers exist already. */
export interface CheckedOptions extends Omit<SystemOptions, 'functions'> {
  readonly functions?: Readonly<Record<string, SystemFunction | HandlerFunction>>
}

/** What invokes a function. */
export type Source = QueueSource | StreamSource

/** Returns the sources of a function as a list. */
export const sourcesOf = ({ source = [] }: Pick<SystemFunction, 'source'>): readonly Source[] =>
  Array.isArray(source) ? source : [source as Source]

/** seconds, as in AWS */
export const defaultVisibilityTimeout = 30
/** seconds, as in AWS */
export const defaultTimeout = 3
/** MB, as in AWS */
export const defaultMemory = 128
