import { InvalidConfigurationError, type Queue, type Sender } from '@lpipe/core'

/** Who sends to which queue. */
export interface Senders {
  /** @throws InvalidConfigurationError if nobody can send to the queue */
  readonly of: (queue: Queue) => Sender
}

/** Senders are made once for a pipeline, those of queues when they are first needed. */
export const makeSenders = (given: Readonly<Record<string, Sender>>): Senders => {
  const byType = new Map(Object.entries(given))
  for (const [type, sender] of byType) {
    if (typeof sender?.send !== 'function') {
      throw new InvalidConfigurationError(`payloadChain: its sender for queues of type '${type}' has no send()`)
    }
  }
  const made = new Map<() => Sender, Sender>()

  return {
    of: ({ type, sender: make }) => {
      const sender = byType.get(type) ?? (make && made.get(make))
      if (sender !== undefined) return sender
      if (make === undefined) {
        throw new InvalidConfigurationError(
          `payloadChain: nobody sends to queues of type '${type}'. Give it senders: { ${type}: ... }, or take queue() from lpipe-preset`,
        )
      }
      const first = make()
      made.set(make, first)
      return first
    },
  }
}
