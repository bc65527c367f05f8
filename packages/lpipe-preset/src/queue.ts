import { queue as coreQueue } from '@lpipe/core'
import type { QueueOf, QueueOptionsOf } from '@lpipe/core/middleware'
import type { SenderFactory } from '@lpipe/core/outbox'
import { queueKinesis } from '@lpipe/queue-kinesis'
import { queueSqs } from '@lpipe/queue-sqs'
import { withOutbox } from './plain-sender.ts'

/** The senders of the types that AWS has. */
const senders: Readonly<Record<string, SenderFactory>> = { sqs: queueSqs, kinesis: queueKinesis }

/**
 * Names a queue, for an action's `queues` or for a payload, with the sender of its type: `sqs` or `kinesis`. Its options are
 * checked at once.
 *
 * A Lambda that does not import it carries no sender in its bundle.
 *
 * @throws InvalidConfigurationError if it has neither `name` nor `url`, or an option that its type does not take or that the
 * service would refuse
 * @example
 * const parcels = queue({ type: 'sqs', name: 'parcels', path: 'SHIP' })
 */
export const queue = <
  const T extends string,
  K = unknown,
  const N extends string = string,
  const P extends string | undefined = undefined,
  V extends string = never,
>(
  options: QueueOptionsOf<T, K, N, P, V>,
): QueueOf<K, N, P, V> => {
  const type: unknown = options?.type
  const standard = typeof type === 'string' && Object.hasOwn(senders, type) ? senders[type] : undefined
  const own: unknown = options?.sender
  const sender = own === undefined ? standard : withOutbox(own)
  return coreQueue<T, K, N, P, V>(sender === undefined ? options : { ...options, sender })
}
