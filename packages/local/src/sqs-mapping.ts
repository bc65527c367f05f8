import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { SQSRecord } from 'aws-lambda'
import { arnOf } from './account.ts'
import { failedIn } from './answer.ts'
import { chunksOf, eventsOf } from './chunks.ts'
import { type Mapping, report, type Surroundings } from './mapping.ts'
import type { QueueSource } from './options.ts'
import { pause } from './pause.ts'
import { sqsRecord } from './sqs-record.ts'

/** The most messages of one call. */
const most = 10
/** The longest poll that SQS allows, in seconds. */
const longest = 20

/**
 * Feeds a function from an SQS queue: receives a batch, invokes, deletes what succeeded. What failed stays until its
 * visibility timeout ends; after `maxReceiveCount` receives SQS itself moves it to the dead-letter queue.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export const mapQueue = (
  surroundings: Surroundings,
  source: QueueSource,
  client: SQSClient,
  QueueUrl: string,
): Mapping => {
  const { region, invoke, tally, activity, signal } = surroundings
  const { queue, batchSize = most, maximumConcurrency = 1, reportBatchItemFailures = true, retryAfterSeconds } = source
  const windowMillis = (source.maximumBatchingWindowInSeconds ?? 0) * 1000
  const arn = arnOf('sqs', region, queue)

  const receive = async (count: number, WaitTimeSeconds: number): Promise<Message[]> => {
    const command = new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: Math.min(most, count),
      WaitTimeSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    })
    try {
      const { Messages = [] } = await client.send(command, { abortSignal: signal })
      return Messages
    } catch (error) {
      report(surroundings, `could not receive from ${queue}`, error)
      await pause(0.1, signal)
      return []
    }
  }

  const gather = async (): Promise<Message[]> => {
    const messages = await receive(batchSize, longest)
    const end = performance.now() + windowMillis
    while (messages.length > 0 && messages.length < batchSize && !signal.aborted) {
      const seconds = (end - performance.now()) / 1000
      if (seconds <= 0) break
      const more = await receive(batchSize - messages.length, Math.min(longest, Math.floor(seconds)))
      if (more.length === 0) await pause(Math.min(seconds, 0.02), signal)
      messages.push(...more)
    }
    return messages
  }

  const handle = async (records: readonly SQSRecord[]): Promise<void> => {
    tally.invocations += 1
    tally.received += records.length
    const ending = await invoke({ Records: records })
    if (ending.failed) tally.errors += 1
    const failed = new Set(failedOf(ending, records, reportBatchItemFailures))
    tally.returned += failed.size
    tally.done += await remove(records.filter((_, position) => !failed.has(position)))
    if (retryAfterSeconds !== undefined) {
      await show(
        records.filter((_, position) => failed.has(position)),
        retryAfterSeconds,
      )
    }
  }

  const remove = async (records: readonly SQSRecord[]): Promise<number> => {
    let deleted = 0
    for (const chunk of chunksOf(records, most)) {
      const Entries = chunk.map(({ receiptHandle: ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
      try {
        const { Successful = [] } = await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
        deleted += Successful.length
        if (Successful.length < chunk.length) report(surroundings, `could not delete all from ${queue}`, undefined)
      } catch (error) {
        report(surroundings, `could not delete from ${queue}: the messages come again`, error)
      }
    }
    return deleted
  }

  const show = async (records: readonly SQSRecord[], VisibilityTimeout: number): Promise<void> => {
    for (const chunk of chunksOf(records, most)) {
      const Entries = chunk.map(({ receiptHandle: ReceiptHandle }, index) => ({
        Id: String(index),
        ReceiptHandle,
        VisibilityTimeout,
      }))
      await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries })).catch((error: unknown) => {
        report(surroundings, `could not show what failed of ${queue}: it stays hidden for its timeout`, error)
      })
    }
  }

  const poll = async (): Promise<void> => {
    while (!signal.aborted) {
      const messages = await gather()
      if (messages.length === 0 || signal.aborted) continue
      const end = activity.begin()
      for (const records of eventsOf(messages.map((message) => sqsRecord(message, arn, region)))) await handle(records)
      end()
    }
  }

  return {
    queue,
    atEnd: () => true, // the queue itself knows: what is received stays in it until it is deleted
    stopped: Promise.all(Array.from({ length: maximumConcurrency }, poll)),
  }
}

const failedOf = (
  ending: { readonly failed: true } | { readonly failed: false; readonly answer: unknown },
  records: readonly SQSRecord[],
  reported: boolean,
): Iterable<number> => {
  if (ending.failed) return records.keys()
  if (!reported) return []
  return failedIn(
    ending.answer,
    records.map(({ messageId }) => messageId),
  )
}
