import { type FunctionDescription, type Resource, resourceId, type SourceDescription } from './description.ts'
import { isFifo } from './options/names.ts'
import { defaultVisibilityTimeout, type Source } from './options/types.ts'
import type { System } from './system.ts'

/** Describes what invokes a function. */
export const sourceOf = (source: Source): SourceDescription => {
  if (source.topic !== undefined) {
    const { topic: name, onFailure } = source
    const once = { batchSize: 1, window: 0, reportBatchItemFailures: false }
    return { type: 'sns', name, ...once, ...(onFailure === undefined ? {} : { onFailure }) }
  }
  const shared = {
    window: source.maximumBatchingWindowInSeconds ?? 0,
    reportBatchItemFailures: source.reportBatchItemFailures ?? true,
  }
  if (source.queue !== undefined) {
    const { queue: name, batchSize = 10, maximumConcurrency } = source
    const concurrency = maximumConcurrency === undefined ? {} : { concurrency: maximumConcurrency }
    return { type: 'sqs', name, batchSize, ...concurrency, ...shared }
  }
  const { stream: name, batchSize = 100, onFailure } = source
  return { type: 'kinesis', name, batchSize, ...(onFailure === undefined ? {} : { onFailure }), ...shared }
}

/** Describes the queues, streams and topics that the system declares, and those that only its code names. */
export const resourcesOf = (
  system: Pick<System, 'queues' | 'streams' | 'topics'>,
  functions: readonly FunctionDescription[],
): Resource[] => {
  const queues = Object.entries(system.queues).map(
    ([name, { visibilityTimeout = defaultVisibilityTimeout, deadLetter, subscriptions }]): Resource => ({
      type: 'sqs',
      name,
      declared: true,
      fifo: isFifo(name),
      visibilityTimeout,
      ...(deadLetter === undefined ? {} : { deadLetter }),
      ...(subscriptions === undefined
        ? {}
        : { subscriptions: subscriptions.map(({ topic, rawMessageDelivery: raw = false }) => ({ topic, raw })) }),
    }),
  )
  const streams = Object.entries(system.streams).map(
    ([name, { shards = 1 }]): Resource => ({ type: 'kinesis', name, declared: true, shards }),
  )
  const topics = Object.keys(system.topics).map(
    (name): Resource => ({ type: 'sns', name, declared: true, fifo: isFifo(name) }),
  )
  const declared = [...queues, ...streams, ...topics]
  const known = new Set(declared.map(resourceId))
  const named = functions.flatMap(({ queues: references, deadLetter }) => [
    ...references,
    ...(deadLetter === undefined ? [] : [deadLetter]),
  ])
  const others = named
    .filter((one) => !known.has(resourceId(one)))
    .map(({ type, name }): Resource => ({ type, name, declared: false, ...(isFifo(name) ? { fifo: true } : {}) }))
  return [...declared, ...new Map(others.map((one) => [resourceId(one), one])).values()]
}
