import type { SQSClient } from '@aws-sdk/client-sqs'
import type { QueueSource } from '@lpipe/system/tools'
import type { SQSRecord } from 'aws-lambda'
import { failedPositions } from './batch-response.ts'
import type { Mapping, MappingContext } from './mapping.ts'
import { pause } from './pause.ts'
import { createQueueCalls, maxEntries } from './queue-calls.ts'
import { splitIntoEvents } from './split.ts'

/** The maximum wait time of `ReceiveMessage`, in seconds. */
const maxWaitTime = 20

/**
 * Invokes a function with the messages of an SQS queue, and deletes what succeeded. A failed message stays in the queue
 * until its visibility timeout ends; after `maxReceiveCount` receives SQS moves it to the dead-letter queue.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const mapQueue = (
  context: MappingContext,
  source: QueueSource,
  client: SQSClient,
  QueueUrl: string,
): Mapping => {
  const { invoke, statistics, activity, signal } = context
  const { queue, batchSize = maxEntries, maximumConcurrency = 1, reportBatchItemFailures = true } = source
  const { maximumBatchingWindowInSeconds: window = 0, retryAfterSeconds } = source
  const { receive, remove, showAfter } = createQueueCalls(context, source, client, QueueUrl)

  /** Collects a batch, until it is full or the window ends. `stop()` ends the window. */
  const collectBatch = async (): Promise<SQSRecord[]> => {
    const records = await receive(batchSize, maxWaitTime)
    const end = performance.now() + window * 1000
    while (records.length > 0 && records.length < batchSize && !signal.aborted) {
      const seconds = (end - performance.now()) / 1000
      if (seconds <= 0) break
      const more = await receive(batchSize - records.length, Math.min(maxWaitTime, Math.floor(seconds)))
      if (more.length === 0) await pause(Math.min(seconds, 0.02), signal)
      records.push(...more)
    }
    return records
  }

  const deliver = async (records: readonly SQSRecord[]): Promise<void> => {
    const result = await invoke(records)
    const ids = records.map(({ messageId }) => messageId)
    const positions = new Set(failedPositions(result, ids, reportBatchItemFailures))
    const failed = records.filter((_, position) => positions.has(position))
    statistics.returned += failed.length
    statistics.done += await remove(records.filter((_, position) => !positions.has(position)))
    if (retryAfterSeconds !== undefined) await showAfter(failed, retryAfterSeconds)
  }

  const poll = async (): Promise<void> => {
    while (!signal.aborted) {
      const records = await collectBatch()
      if (records.length === 0) continue
      const end = activity.begin()
      for (const event of splitIntoEvents(records)) await deliver(event)
      end()
    }
  }

  return {
    queue,
    atEnd: () => true, // the counts of the queue include received messages until they are deleted
    stopped: Promise.all(Array.from({ length: maximumConcurrency }, poll)),
  }
}
