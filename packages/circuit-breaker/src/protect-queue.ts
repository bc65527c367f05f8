import type { Queue, Sender } from '@lpipe/core'
import { invalidConfiguration, isThenable, queueLabel, toPromise, tryOr } from '@lpipe/core/middleware'
import { callFailureFrom, type SenderFactory, type SendFailure } from '@lpipe/core/outbox'
import type { Circuit, Warn } from './circuit.ts'
import { openError, secondsOf } from './open-error.ts'

type Answers = Awaited<ReturnType<Sender['send']>>

/** Returns a function that returns queues whose service is called only while their circuit is closed. */
export const queueProtector = (
  circuit: Circuit,
  isFailure: (error: unknown) => boolean,
): (<Q extends Queue>(queue: Q) => Q) => {
  // Queues with one sender share the guarded one: otherwise no order would be kept between them.
  const guarded = new WeakMap<Sender, Sender>()
  const wrap = (sender: Sender): Sender => {
    // mutant: one-guarded-sender
    const made = guarded.get(sender) ?? guardedSender(sender, circuit, isFailure)
    guarded.set(sender, made)
    return made
  }

  return (queue) => {
    const factory = queue.sender as SenderFactory | undefined
    const make = (): Sender => {
      if (factory !== undefined) return wrap(factory())
      return invalidConfiguration(
        `circuitBreaker: no sender for queues of type '${queue.type}'. Set \`senders: { ${queue.type}: ... }\`, or the queue's \`sender\`, as queue() of lpipe-preset does for sqs and kinesis`,
      )
    }
    const { queueOptions, checkQueue } = factory ?? {}
    const guardedFactory: SenderFactory = Object.assign(make, {
      ...(queueOptions && { queueOptions }),
      ...(checkQueue && { checkQueue }),
      wrapper: { factory, wrap },
    })
    return Object.freeze({ ...queue, sender: guardedFactory })
  }
}

/** A sender that fails entries untried while the circuit is open. */
const guardedSender = (sender: Sender, circuit: Circuit, isFailure: (error: unknown) => boolean): Sender => {
  /** A call that is wrong because of one entry says nothing about the service. */
  const isDown = (error: unknown): boolean => {
    const { mayBeOneEntry, isTooLarge } = callFailureFrom(error)
    return !mayBeOneEntry && !isTooLarge && isFailure(error)
  }

  /** Whether no entry was accepted, and one of them for another reason than that it is wrong. An invalid answer accepts none. */
  const areDown = (answers: Answers, count: number): boolean =>
    !Array.isArray(answers) ||
    answers.length !== count ||
    (answers.every((answer) => answer !== undefined) &&
      answers.some((answer) => tryOr(() => answer?.senderFault !== true && isFailure(answer), true)))

  const call = async (queue: Queue, wires: readonly unknown[], signal: AbortSignal, isTrial: boolean) => {
    let answers: Answers
    try {
      const sent: unknown = sender.send(queue, wires, signal)
      // mutant: rejection-of-protected-sender
      answers = (isThenable(sent) ? await toPromise(sent) : sent) as Answers
    } catch (error) {
      await (isDown(error) ? circuit.fail(isTrial, emitWarning) : circuit.succeed(isTrial, emitWarning))
      throw error
    }
    await (areDown(answers, wires.length) ? circuit.fail(isTrial, emitWarning) : circuit.succeed(isTrial, emitWarning))
    return answers
  }

  return {
    ...sender,
    /** Fails the message at once, before it does more work. Its entries may also be sent after the circuit has opened. */
    prepare: (entry) => {
      const millis = circuit.knownPause()
      if (millis > 0) throw openError(`queue ${queueLabel(entry.queue)}`, millis)
      return sender.prepare(entry)
    },
    send: async (queue, wires, signal) => {
      const admission = await circuit.admit(emitWarning)
      if (admission.kind === 'refused') return wires.map(() => openFailure(admission.millis))
      const isTrial = admission.kind === 'trial'
      if (!isTrial || wires.length === 1) return call(queue, wires, signal, isTrial)
      // An error that is thrown would be taken for one of the whole call.
      const answers = await call(queue, wires.slice(0, 1), signal, true).catch((error) => [callFailureFrom(error)])
      return Array.isArray(answers) ? [...answers, ...wires.slice(1).map(() => halfOpen)] : answers
    },
  }
}

/** The outbox does not retry it, so that its message fails. */
const openFailure = (millis: number): SendFailure => ({
  code: 'CircuitOpen',
  reason: `the queue was not called, because its circuit is open. Next try in ${secondsOf(millis)} seconds`,
  senderFault: true,
  retryAfterSeconds: secondsOf(millis),
})

/** The outbox retries it. By then the circuit is closed, or open again. */
const halfOpen: SendFailure = {
  code: 'CircuitHalfOpen',
  reason: 'one entry is tried before the others',
  senderFault: false,
}

/** A sender has no logger. */
const emitWarning: Warn = (text) => process.emitWarning(text)
