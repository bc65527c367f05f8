import type { SourceQueue } from '@lpipe/core/middleware'
import { queue, queueKinesis, queueSqs, type Sender } from 'lpipe-preset'
import type { Clients } from './clients.ts'
import { happens, oneOf } from './random.ts'
import { queueUrl } from './targets.ts'
import { current, garbling, runOf, type World } from './world.ts'

/** Makes a sender that was made before: queues with the same factory share it. */
type Factory = () => Sender

/** The senders of a run. */
export interface Senders {
  readonly sqs: Factory
  /** Its client has no rights in the first account. */
  readonly otherAccount: Factory
  readonly kinesis: Factory
  /** Without limits of its own, because a dead letter is larger than most entries. */
  readonly deadLetters: Factory
  /** The queue that messages came from. */
  readonly sourceQueue: SourceQueue
}

export const createSenders = async (world: World, clients: Clients): Promise<Senders> => {
  const { maxEntries, maxBytes, sender } = world.scenario.options
  const sqsWith = (client: object) => queueSqs({ client: client as never, maxEntries, maxBytes })
  const sqs = sqsWith(clients.sqs)
  const otherAccount = sqsWith({ send: onlyIn(1, clients.sqs.send) })
  const kinesis = queueKinesis({ client: clients.kinesis as never, maxEntries, maxBytes }) as Sender
  const deadLetters = queueSqs({ client: clients.sqs as never })
  // The SDK is imported now: that takes time which is not the clock's.
  const { signal } = new AbortController()
  for (const one of [sqs, otherAccount, deadLetters]) await one.postpone(new Map(), signal)
  await kinesis.send(queue({ type: 'kinesis', name: 'none' }), [], signal)
  const factoryOf = (made: unknown): Factory => {
    const final = sender === 'plain' ? (made as Sender) : oddSender(world, made as Sender)
    return () => final
  }
  return {
    sqs: factoryOf(sqs),
    otherAccount: factoryOf(otherAccount),
    kinesis: factoryOf(kinesis),
    deadLetters: () => deadLetters as Sender,
    sourceQueue: sqs,
  }
}

/** A client that SQS lets call the queues of one account only. */
const onlyIn =
  (account: number, send: Clients['sqs']['send']): Clients['sqs']['send'] =>
  async (command, options) => {
    const { QueueUrl } = (command as { readonly input: { readonly QueueUrl?: string } }).input
    if (QueueUrl !== undefined && !QueueUrl.startsWith(queueUrl('', account))) {
      throw Object.assign(new Error('for the test'), { name: 'AccessDenied', $fault: 'client' })
    }
    return send(command, options)
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
    send: (to, wires, signal) => {
      const isGarbled = happens(random, 10)
      const isBare = happens(random, 10)
      const answered = (async () => {
        const answers = await garbling.run(isGarbled, () => sender.send(to, wires, signal))
        // Null is not an answer: only undefined says that an entry was accepted.
        return isGarbled ? oneOf(random, [[], undefined, answers.map(() => null)] as never[]) : answers
      })()
      return isBare ? bareThenable(answered) : answered
    },
  }
}

/** A thenable that is not a promise: its `then` is asynchronous, and rejects after it has settled. */
const bareThenable = <T>(promise: Promise<T>): Promise<T> =>
  ({
    // biome-ignore lint/suspicious/noThenProperty: an odd thenable
    then: async (...handlers: Parameters<Promise<T>['then']>) => {
      await promise.then(...handlers)
      throw new Error('an odd thenable')
    },
  }) as never
