import type { Filter } from './filter.ts'

/** An SQS queue. It is a FIFO queue if its name ends in `.fifo`. `T` are the names of the topics that deliver to it. */
export interface SystemQueue<T extends string = string> {
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
  /** the SNS topics of this system that deliver to the queue */
  readonly subscriptions?: readonly Subscription<T>[]
}

/** A Kinesis data stream. */
export interface SystemStream {
  /** default 1 */
  readonly shards?: number
}

/** An SNS topic. It is a FIFO topic if its name ends in `.fifo`. */
export interface SystemTopic {
  /**
   * attributes of `CreateTopic`, by the names of AWS
   *
   * @see https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html
   */
  readonly attributes?: Readonly<Record<string, string>>
}

/** Which messages of a topic are delivered. */
export interface SubscriptionFilter {
  /**
   * A message is delivered if it matches. Default: all messages.
   *
   * @see https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html
   */
  readonly filterPolicy?: Readonly<Record<string, unknown>>
  /** what `filterPolicy` is about; default `MessageAttributes` */
  readonly filterPolicyScope?: 'MessageAttributes' | 'MessageBody'
}

/** The subscription of a queue to a topic. `T` is the name of the topic. */
export interface Subscription<T extends string = string> extends SubscriptionFilter {
  /** the name of the topic */
  readonly topic: T
  /**
   * Whether the queue receives the message alone. Default: false, as in SNS: the message is in the `Message` of a notification,
   * which the Lambda opens with `envelopes: [sns()]`.
   */
  readonly rawMessageDelivery?: boolean
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

/** An SQS queue that invokes a function. `N` is its name. */
export interface QueueSource<N extends string = string> extends SourceOptions {
  /** the name of the queue */
  readonly queue: N
  readonly stream?: undefined
  readonly topic?: undefined
  /**
   * The maximum number of messages of an event, 1 to 10000; default 10. More than 10 require a standard queue and a
   * batching window of at least 1 s.
   */
  readonly batchSize?: number
  /** how many batches are processed at once, 1 to 1000; default 1 on a laptop. Lambda starts with 5, and takes 2 to 1000 */
  readonly maximumConcurrency?: number
  /**
   * Whole seconds until a failed message is visible again, 0 to 43200. Default: when its visibility timeout ends, as in
   * Lambda, which has no such option. It makes tests and demos quick.
   */
  readonly retryAfterSeconds?: number
}

/** A Kinesis stream that invokes a function, with one batch at a time of each shard. `N` is its name. */
export interface StreamSource<N extends string = string> extends SourceOptions {
  /** the name of the stream */
  readonly stream: N
  readonly queue?: undefined
  readonly topic?: undefined
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

/**
 * An SNS topic that invokes a function: asynchronously, with one message. `N` is its name. The handler needs `source: sns()` of
 * `@lpipe/source-sns`.
 */
export interface TopicSource<N extends string = string> extends SubscriptionFilter {
  /** the name of the topic, a standard one */
  readonly topic: N
  readonly queue?: undefined
  readonly stream?: undefined
  /** the standard queue of this system that receives an event after three failed invocations: the on-failure destination of the function */
  readonly onFailure?: string
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

/** How the handler of a function is imported. `M` is the type of its module. */
export interface LoadOptions<M = object> extends FunctionSettings {
  /** Imports the module of the handler: `() => import('./intake.ts')`. */
  readonly load: () => Promise<M>
  /** Environment variables. They are set in `process.env` while its module is imported, and restored afterwards. */
  readonly environment?: Readonly<Record<string, string>>
}

/** What a module exports. `H` is the name of the handler. */
export interface HandlerOptions<H extends string = string> {
  /** the name of the export that is the handler; default `handler` */
  readonly handler?: H
}

/** What invokes a function. `N` are the names of its sources. */
export interface FedOptions<N extends string = string> {
  /** What invokes it; each source has its own event source mapping. Default: nothing of this system. */
  readonly source?: Source<N> | readonly Source<N>[]
}

/** A Lambda function of a system. */
export interface SystemFunction extends LoadOptions, HandlerOptions, FedOptions {}

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

/** The options that are checked: a system, or one whose handlers exist already. */
export interface CheckedOptions {
  readonly queues?: Readonly<Record<string, SystemQueue>>
  readonly streams?: Readonly<Record<string, SystemStream>>
  readonly topics?: Readonly<Record<string, SystemTopic>>
  readonly functions?: Readonly<Record<string, SystemFunction | HandlerFunction>>
}

/** What invokes a function. `N` is its name. */
export type Source<N extends string = string> = QueueSource<N> | StreamSource<N> | TopicSource<N>

/** Returns the sources of a function as a list. */
export const sourcesOf = ({ source = [] }: Pick<SystemFunction, 'source'>): readonly Source[] =>
  Array.isArray(source) ? source : [source as Source]

/** seconds, as in AWS */
export const defaultVisibilityTimeout = 30
/** seconds, as in AWS */
export const defaultTimeout = 3
/** MB, as in AWS */
export const defaultMemory = 128
