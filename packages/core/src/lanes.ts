import type { Batch } from './batch.ts'
import { NotTried } from './errors.ts'
import { groupOf, type Message } from './message.ts'

/**
 * What a record must keep in order with: its Kinesis batch, or its SQS FIFO message group. A queue is FIFO by the
 * `.fifo` of its ARN; on a standard queue a `MessageGroupId` only marks a tenant.
 *
 * @returns undefined for a record with a lane of its own
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export const laneOf = (
  { source }: Pick<Batch, 'source'>,
  { record, eventSource }: Pick<Message, 'record' | 'eventSource'>,
): string | undefined => {
  if (source === 'kinesis') return ''
  return source === 'sqs' && eventSource?.endsWith('.fifo') ? (groupOf({ record }) ?? '') : undefined
}

/**
 * Why a message must fail with one before it in its lane: done now, it would overtake that one.
 *
 * @returns undefined if none before it failed, or if a stream's batch goes on after a failure
 */
export const behindFailure = ({ broken, keepGoing }: Batch, { lane, index }: Message): NotTried | undefined => {
  const failed = broken.size === 0 || lane === undefined || keepGoing ? undefined : broken.get(lane)
  if (failed === undefined || failed.index >= index) return undefined
  return new NotTried(`message ${failed.id ?? failed.index}, which is before it, failed: they stay in order`)
}
