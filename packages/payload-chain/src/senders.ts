import type { Queue, Sender } from '@lpipe/core'
import { checkQueue, describeError, invalidConfiguration, isObject, notPromise } from '@lpipe/core/middleware'
import type { SenderFactory } from '@lpipe/core/outbox'

/** Returns the sender of a queue. @throws InvalidConfigurationError if it has none */
export type SenderOf = (queue: Queue) => Sender

/** Whether a value has the methods of what `defineSender()` makes. */
export const isSender = (value: unknown): value is Sender =>
  isObject(value) && ['prepare', 'send', 'open'].every((name) => typeof value[name] === 'function')

/** Finds the senders of queues. What a queue's own `sender` makes is shared by all queues with the same factory. */
export const createSenders = (senders: Readonly<Record<string, Sender>> = {}): SenderOf => {
  // Weak, because a function may make a queue for each message.
  const made = new WeakMap<SenderFactory, Sender>()
  const checked = new WeakSet<Queue>()

  const find = (type: string, factory: SenderFactory | undefined): Sender => {
    const { wrapper } = factory ?? {}
    if (wrapper === undefined && Object.hasOwn(senders, type)) return senders[type] as Sender
    if (factory === undefined) {
      return invalidConfiguration(
        `payloadChain: no sender for queues of type '${type}'. Set \`senders: { ${type}: ... }\`, or the queue's \`sender\`, as queue() of lpipe-preset does for sqs and kinesis`,
      )
    }
    let own = made.get(factory)
    if (own === undefined) {
      own = wrapper === undefined ? makeSender(type, factory) : wrapper.wrap(find(type, wrapper.factory))
      if (!isSender(own)) {
        invalidConfiguration(
          `payloadChain: the \`sender\` of a queue of type '${type}' must return what defineSender() makes`,
        )
      }
      made.set(factory, own)
    }
    return own
  }

  return (queue) => {
    const sender = find(queue.type, queue.sender as SenderFactory | undefined)
    if (!checked.has(queue)) {
      checkQueue(queue, sender)
      checked.add(queue)
    }
    return sender
  }
}

/** Whatever the factory throws is a fault of the configuration, and must not drop a message. */
const makeSender = (type: string, factory: SenderFactory): Sender => {
  try {
    return notPromise(factory(), 'it')
  } catch (error) {
    return invalidConfiguration(
      `payloadChain: the \`sender\` of a queue of type '${type}' threw ${describeError(error)}`,
    )
  }
}
