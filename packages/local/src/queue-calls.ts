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
import { logFailure, type MappingContext } from './mapping.ts'
import { pause } from './pause.ts'
import { split } from './split.ts'
import { sqsRecord } from './sqs-record.ts'

/** The maximum number of entries of a call to SQS. */
export const maxEntries = 10

/** The calls of a mapping to its queue. They log what fails, and never throw. */
export interface QueueCalls {
  /** Receives messages. Those that the filters do not match are deleted, as Lambda does. */
  readonly receive: (count: number, waitSeconds: number) => Promise<SQSRecord[]>
  /** @returns how many were deleted */
  readonly remove: (records: readonly SQSRecord[]) => Promise<number>
  /** Changes when messages are delivered again. */
  readonly showAfter: (records: readonly SQSRecord[], seconds: number) => Promise<void>
}

export const createQueueCalls = (
  context: MappingContext,
  source: QueueSource,
  client: SQSClient,
  QueueUrl: string,
): QueueCalls => {
  const { region, signal } = context
  const { queue, maximumBatchingWindowInSeconds: window = 0 } = source
  const arn = arnOf('sqs', region, queue)
  const passesFilter = createFilter<SQSRecord>(source.filterCriteria?.filters, 'body', ({ body }) => body)

  const receive: QueueCalls['receive'] = async (count, WaitTimeSeconds) => {
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

  const remove: QueueCalls['remove'] = async (records) => {
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

  const showAfter: QueueCalls['showAfter'] = async (records, VisibilityTimeout) => {
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

  return { receive, remove, showAfter }
}
