import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import { quantity } from '@lpipe/core/middleware'
import { createFilter, type QueueSource } from '@lpipe/system/tools'
import type { SQSRecord } from 'aws-lambda'
import { arnOf } from './arns.ts'
import { failedPositions } from './batch-response.ts'
import { logFailure, type Mapping, type MappingContext } from './mapping.ts'
import { pause } from './pause.ts'
import { split, splitIntoEvents } from './split.ts'
import { sqsRecord } from './sqs-record.ts'

/** The maximum number of entries of a call to SQS. */
const maxEntries = 10
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
  const { region, invoke, statistics, activity, signal } = context
  const { queue, batchSize = maxEntries, maximumConcurrency = 1, reportBatchItemFailures = true } = source
  const { maximumBatchingWindowInSeconds: window = 0, retryAfterSeconds } = source
  const arn = arnOf('sqs', region, queue)
  const passesFilter = createFilter<SQSRecord>(source.filterCriteria?.filters, 'body', ({ body }) => body)

  /** Receives messages. Those that the filters do not match are deleted, as Lambda does. */
  const receive = async (count: number, WaitTimeSeconds: number): Promise<SQSRecord[]> => {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: Math.min(maxEntries, count),
      WaitTimeSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    })
    try {
      const { Messages = [] } = await client.send(command, { abortSignal: signal })
      const records = Messages.map((message) => sqsRecord(message, arn, region, window > 0))
      await remove(records.filter((record) => !passesFilter(record)))
      return records.filter(passesFilter)
    } catch (error) {
      logFailure(context, `could not receive from queue ${queue}`, error)
      await pause(0.1, signal)
      return []
    }
  }

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

  /** @returns how many were deleted */
  const remove = async (records: readonly SQSRecord[]): Promise<number> => {
    let deleted = 0
    for (const piece of split(records, maxEntries)) {
      const Entries = piece.map(({ receiptHandle: ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
      try {
        const { Successful = [] } = await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
        deleted += Successful.length
        if (Successful.length < piece.length) {
          const count = piece.length - Successful.length
          logFailure(
            context,
            `could not delete ${quantity(count, 'message')} of queue ${queue}: redelivered later`,
            undefined,
          )
        }
      } catch (error) {
        logFailure(
          context,
          `could not delete ${quantity(piece.length, 'message')} of queue ${queue}: redelivered later`,
          error,
        )
      }
    }
    return deleted
  }

  const showAfter = async (records: readonly SQSRecord[], VisibilityTimeout: number): Promise<void> => {
    for (const piece of split(records, maxEntries)) {
      const Entries = piece.map(({ receiptHandle: ReceiptHandle }, index) => ({
        Id: String(index),
        ReceiptHandle,
        VisibilityTimeout,
      }))
      await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries })).catch((error: unknown) => {
        logFailure(
          context,
          `could not apply \`retryAfterSeconds\` to queue ${queue}; its visibility timeout applies`,
          error,
        )
      })
    }
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
