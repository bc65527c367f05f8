import { checkOptions, misconfigured, type Rules } from '@lpipe/core'
import {
  defaultTimeout,
  defaultVisibilityTimeout,
  isQueueSource,
  type LocalPipelineOptions,
  type LocalQueue,
  type LocalStream,
  type QueueSource,
  type StreamSource,
  sourcesOf,
} from './options.ts'

/** Options whose values are checked below, with what they are for. */
const named = (...names: string[]): Rules => Object.fromEntries(names.map((name) => [name, 'any']))

const base = ['batchSize', 'reportBatchItemFailures', 'maximumBatchingWindowInSeconds', 'retryAfterSeconds']
const ofQueue = named('queue', 'maximumConcurrency', ...base)
const ofStream = named('stream', 'bisectBatchOnFunctionError', 'maximumRetryAttempts', 'onFailure', ...base)

/**
 * Refuses what AWS would refuse when it is deployed, and what could only be a slip.
 *
 * @throws InvalidConfigurationError
 */
export const checkPipeline = (options: LocalPipelineOptions): void => {
  checkOptions('localPipeline', options, named('queues', 'streams', 'functions', 'region', 'environment', 'logger'))
  const { queues = {}, streams = {}, functions = {} } = options
  for (const [name, queue] of Object.entries(queues)) checkQueue(name, queue, queues)
  for (const [name, stream] of Object.entries(streams)) checkOptions(`stream ${name}`, stream, named('shards'))
  for (const [name, fn] of Object.entries(functions)) {
    const who = `function ${name}`
    checkOptions(who, fn, named('handler', 'source', 'timeout'))
    refuse(typeof fn.handler !== 'function', `${who}: its handler must be a function`)
    checkNumber(who, 'timeout', fn.timeout ?? defaultTimeout, 0.001, 900)
    for (const source of sourcesOf(fn)) {
      checkOptions(`${who}: its source`, source, source && isQueueSource(source) ? ofQueue : ofStream)
      if (isQueueSource(source)) checkQueueSource(who, source, queues, fn.timeout ?? defaultTimeout)
      else checkStreamSource(who, source, streams, queues)
    }
  }
}

const refuse = (wrong: boolean, why: string): void => {
  if (wrong) misconfigured(why)
}

const checkQueue = (name: string, queue: LocalQueue, queues: Readonly<Record<string, LocalQueue>>): void => {
  const who = `queue ${name}`
  checkOptions(who, queue, named('visibilityTimeout', 'delay', 'deadLetter', 'attributes'))
  const { deadLetter } = queue
  if (deadLetter === undefined) return
  checkOptions(`${who}: its deadLetter`, deadLetter, named('queue', 'maxReceiveCount'))
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
  checkCount(who, 'batchSize', batchSize, 1, 10_000)
  checkCount(who, 'maximumConcurrency', maximumConcurrency, 1, 1000)
  checkCount(who, 'retryAfterSeconds', source.retryAfterSeconds ?? 0, 0, 43_200)
  checkNumber(who, 'maximumBatchingWindowInSeconds', window, 0, 300)
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
  checkCount(who, 'batchSize', source.batchSize ?? 100, 1, 10_000)
  checkCount(who, 'maximumRetryAttempts', source.maximumRetryAttempts ?? -1, -1, 10_000)
  checkNumber(who, 'retryAfterSeconds', source.retryAfterSeconds ?? 0, 0, 3600)
  checkNumber(who, 'maximumBatchingWindowInSeconds', source.maximumBatchingWindowInSeconds ?? 0, 0, 300)
  if (source.onFailure !== undefined) checkKnown(`${who}: its onFailure queue`, source.onFailure, queues)
}

const checkKnown = (what: string, name: string, all: Readonly<Record<string, unknown>>): void =>
  refuse(
    !Object.hasOwn(all, name),
    `${what} '${name}' is not of this pipeline. It has: ${Object.keys(all).join(', ') || 'none'}`,
  )

const checkNumber = (who: string, name: string, value: number, least: number, most: number): void =>
  refuse(
    typeof value !== 'number' || !(value >= least && value <= most),
    `${who}: its ${name} must be a number from ${least} to ${most}, not ${value}`,
  )

const checkCount = (who: string, name: string, value: number, least: number, most: number): void =>
  refuse(
    !Number.isInteger(value) || value < least || value > most,
    `${who}: its ${name} must be a whole number from ${least} to ${most}, not ${value}`,
  )

const isFifo = (name: string): boolean => name.endsWith('.fifo')
