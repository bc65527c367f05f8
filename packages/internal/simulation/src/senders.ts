import { queue, queueKinesis, queueSqs, type Sender } from 'lpipe-preset'
import type { Clients } from './clients.ts'
import { happens, oneOf } from './random.ts'
import { current, garbling, runOf, type World } from './world.ts'

/** The senders of a run. */
export interface Senders {
  readonly sqs: ReturnType<typeof queueSqs>
  readonly kinesis: Sender
  /** Without limits of its own, because a dead letter is larger than most entries. */
  readonly deadLetters: Sender
}

export const createSenders = async (world: World, clients: Clients): Promise<Senders> => {
  const { maxEntries, maxBytes, sender } = world.scenario.options
  const sqs = queueSqs({ client: clients.sqs as never, maxEntries, maxBytes })
  const kinesis = queueKinesis({ client: clients.kinesis as never, maxEntries, maxBytes }) as Sender
  const deadLetters = queueSqs({ client: clients.sqs as never })
  // The SDK is imported now: that takes time which is not the clock's.
  const { signal } = new AbortController()
  await sqs.postpone(new Map(), signal)
  await deadLetters.postpone(new Map(), signal)
  await kinesis.send(queue({ type: 'kinesis', name: 'none' }), [], signal)
  if (sender === 'plain') return { sqs, kinesis, deadLetters: deadLetters as Sender }
  return {
    sqs: { ...sqs, ...(oddSender(world, sqs as Sender) as typeof sqs) },
    kinesis: oddSender(world, kinesis),
    deadLetters: deadLetters as Sender,
  }
}

/** A sender as a careless author writes it. */
const oddSender = (world: World, sender: Sender): Sender => {
  const { random } = world
  return {
    ...sender,
    prepare: (entry) => {
      const prepared = sender.prepare(entry)
      if (!happens(random, 3)) return prepared
      const { number } = (entry.sending.kwargs ?? {}) as { readonly number?: number }
      const invocation = current.getStore()
      const source = world.sources[number ?? -1]
      if (invocation === undefined || source === undefined) return prepared
      runOf(world, invocation, source).isObstructed = true
      throw new TypeError('an odd sender')
    },
    send: async (to, wires, signal) => {
      const isGarbled = happens(random, 10)
      const answers = await garbling.run(isGarbled, () => sender.send(to, wires, signal))
      // Null is no answer: only undefined says that an entry was accepted.
      return isGarbled ? oneOf(random, [[], undefined, answers.map(() => null)] as never[]) : answers
    },
  }
}
