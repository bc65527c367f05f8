import { checkOptions, InvalidConfigurationError, type Logger } from '@lpipe/core'

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
  /** the most messages of an event; default 10. Beyond 10 it needs a batching window of at least 1 s, and no FIFO queue */
  readonly batchSize?: number
  /** how many batches are worked on at once; default 1. Lambda starts with 5 */
  readonly maximumConcurrency?: number
  /**
   * Seconds until a failed message is visible again, instead of the rest of its visibility timeout. Lambda has no such
   * setting: it is for demos and tests that should be quick.
   */
  readonly retryAfterSeconds?: number
}

/** A Kinesis stream that feeds a function, one batch at a time from each shard. */
export interface StreamSource extends SourceBase {
  readonly stream: string
  /** the most records of an event; default 100 */
  readonly batchSize?: number
  /** cut a batch in two when the function fails; default false */
  readonly bisectBatchOnFunctionError?: boolean
  /** retries of a batch before it is discarded; default endless, as in AWS: a poison record then blocks its shard */
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

export const isQueueSource = (source: QueueSource | StreamSource): source is QueueSource => 'queue' in source

export const defaultVisibilityTimeout = 30
export const defaultTimeout = 3

const base = ['batchSize', 'reportBatchItemFailures', 'maximumBatchingWindowInSeconds', 'retryAfterSeconds']
const ofQueue = ['queue', 'maximumConcurrency', ...base]
const ofStream = ['stream', 'bisectBatchOnFunctionError', 'maximumRetryAttempts', 'onFailure', ...base]

/**
 * Refuses what AWS would refuse when it is deployed, and what could only be a slip.
 *
 * @throws InvalidConfigurationError
 */
export const checkPipeline = (options: LocalPipelineOptions): void => {
  checkOptions('localPipeline', options, ['queues', 'streams', 'functions', 'region', 'environment', 'logger'])
  const { queues = {}, streams = {}, functions = {} } = options
  for (const [name, queue] of Object.entries(queues)) checkQueue(name, queue, queues)
  for (const [name, stream] of Object.entries(streams)) checkOptions(`stream ${name}`, stream, ['shards'])
  for (const [name, fn] of Object.entries(functions)) {
    const who = `function ${name}`
    checkOptions(who, fn, ['handler', 'source', 'timeout'])
    refuse(typeof fn.handler !== 'function', `${who}: its handler must be a function`)
    for (const source of sourcesOf(fn)) {
      checkOptions(`${who}: its source`, source, source && isQueueSource(source) ? ofQueue : ofStream)
      if (isQueueSource(source)) checkQueueSource(who, source, queues, fn.timeout ?? defaultTimeout)
      else checkStreamSource(who, source, streams, queues)
    }
  }
}

const refuse = (wrong: boolean, why: string): void => {
  if (wrong) throw new InvalidConfigurationError(why)
}

const checkQueue = (name: string, queue: LocalQueue, queues: Readonly<Record<string, LocalQueue>>): void => {
  const who = `queue ${name}`
  checkOptions(who, queue, ['visibilityTimeout', 'delay', 'deadLetter', 'attributes'])
  const { deadLetter } = queue
  if (deadLetter === undefined) return
  checkOptions(`${who}: its deadLetter`, deadLetter, ['queue', 'maxReceiveCount'])
  checkKnown(`${who}: its dead-letter queue`, deadLetter.queue, queues)
  refuse(
    isFifo(name) !== isFifo(deadLetter.queue),
    `${who}: its dead-letter queue must be a FIFO queue if and only if it is one itself`,
  )
}

const checkQueueSource = (
  who: string,
  source: QueueSource,
  queues: Readonly<Record<string, LocalQueue>>,
  timeout: number,
): void => {
  const { queue, batchSize = 10, maximumBatchingWindowInSeconds: window = 0, maximumConcurrency = 1 } = source
  checkKnown(`${who}: its queue`, queue, queues)
  checkCount(who, 'batchSize', batchSize, 10_000)
  checkCount(who, 'maximumConcurrency', maximumConcurrency, 1000)
  refuse(
    isFifo(queue) && (batchSize > 10 || window > 0),
    `${who}: a FIFO queue's batches have no window, and at most 10`,
  )
  refuse(batchSize > 10 && window < 1, `${who}: a batchSize over 10 needs maximumBatchingWindowInSeconds of at least 1`)
  const visible = queues[queue]?.visibilityTimeout ?? defaultVisibilityTimeout
  refuse(
    visible < timeout,
    `${who}: its timeout of ${timeout} s is longer than the visibility timeout of ${visible} s of queue ${queue}. AWS refuses that, and asks for six times the timeout`,
  )
}

const checkStreamSource = (
  who: string,
  source: StreamSource,
  streams: Readonly<Record<string, LocalStream>>,
  queues: Readonly<Record<string, LocalQueue>>,
): void => {
  checkKnown(`${who}: its stream`, source.stream, streams)
  checkCount(who, 'batchSize', source.batchSize ?? 100, 10_000)
  if (source.onFailure !== undefined) checkKnown(`${who}: its onFailure queue`, source.onFailure, queues)
}

const checkKnown = (what: string, name: string, all: Readonly<Record<string, unknown>>): void =>
  refuse(
    !Object.hasOwn(all, name),
    `${what} '${name}' is not of this pipeline. It has: ${Object.keys(all).join(', ') || 'none'}`,
  )

const checkCount = (who: string, name: string, count: number, most: number): void =>
  refuse(
    !Number.isInteger(count) || count < 1 || count > most,
    `${who}: its ${name} must be a whole number from 1 to ${most}, not ${count}`,
  )

const isFifo = (name: string): boolean => name.endsWith('.fifo')
