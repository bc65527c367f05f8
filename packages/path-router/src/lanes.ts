import { type Batch, groupOf, type Message } from '@lpipe/core'

/**
 * What must happen in order: a Kinesis batch, or an SQS FIFO message group. Every other message is a lane of its own.
 * On a standard queue a `MessageGroupId` only marks a tenant.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export const lanesOf = ({ source, received }: Batch): readonly (readonly Message[])[] => {
  if (source === 'kinesis') return [received]
  if (source !== 'sqs' || !received[0]?.eventSource?.endsWith('.fifo')) return received.map((message) => [message])
  return [...Map.groupBy(received, groupOf).values()]
}
