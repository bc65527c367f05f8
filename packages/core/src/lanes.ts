import type { Batch } from './batch.ts'
import { NotTried } from './errors.ts'
import { groupOf, type Message } from './message.ts'

/**
 * What a message must keep in order with: its Kinesis batch, or its SQS FIFO message group. A queue is FIFO by the
 * `.fifo` of its ARN; on a standard queue a `MessageGroupId` only marks a tenant.
 *
 * @returns undefined for a message with a lane of its own
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export const laneOf = ({ source }: Pick<Batch, 'source'>, message: Message): string | undefined => {
  if (source === 'kinesis') return ''
  return source === 'sqs' && message.eventSource?.endsWith('.fifo') ? (groupOf(message) ?? '') : undefined
}

/** The lanes of a batch: within one, messages run one after another, in order. */
export const lanesOf = (batch: Batch): readonly (readonly Message[])[] => {
  const { received } = batch
  const [first] = received
  if (first === undefined || laneOf(batch, first) === undefined) return received.map((message) => [message])
  return [...Map.groupBy(received, (message) => laneOf(batch, message)).values()]
}

/**
 * Why a message must fail with one before it in its lane: done now, it would overtake that one.
 *
 * @returns undefined if none before it failed, or if a stream's batch goes on after a failure
 */
export const behindFailure = (batch: Batch, message: Message): NotTried | undefined => {
  if (batch.broken.size === 0 || batch.keepGoing) return undefined
  const lane = laneOf(batch, message)
  const failed = lane === undefined ? undefined : batch.broken.get(lane)
  if (failed === undefined || failed.index >= message.index) return undefined
  return new NotTried(`message ${failed.id ?? failed.index}, which is before it, failed: they stay in order`)
}
