import { queue as namedQueue, type Queue, type QueueOptions, type Sender } from '@lpipe/core'
import { queueKinesis } from '@lpipe/queue-kinesis'
import { queueSqs } from '@lpipe/queue-sqs'

const senders = (type: string): (() => Sender) | undefined =>
  type === 'sqs' ? queueSqs : type === 'kinesis' ? queueKinesis : undefined

/**
 * Names a queue, for an action's `queues` or for a payload, with the sender for its type: `sqs` or `kinesis`.
 *
 * A Lambda that does not import this carries no sender in its bundle.
 *
 * @throws InvalidConfigurationError if it has neither name nor url, or an unknown option
 */
export const queue = (options: QueueOptions): Queue => {
  const named = namedQueue(options)
  const sender = named.sender === undefined ? senders(named.type) : undefined
  return sender === undefined ? named : namedQueue({ ...options, sender })
}
