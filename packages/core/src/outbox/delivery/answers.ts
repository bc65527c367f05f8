import type { SendFailure } from '../../adapters/sender.ts'
import { ignoreRejection, isThenable, tryOr } from '../../values.ts'
import { concernsContent, isPermanent } from './error-codes.ts'
import type { Failure, Failures } from './failure.ts'

const wrongNumber: Failure = {
  code: 'InvalidAnswer',
  reason: 'the sender must return one answer per entry',
  senderFault: false,
}

/** Not retried: the entry may have been sent. */
const promisedAnswer: SendFailure = {
  code: 'InvalidAnswer',
  reason: 'the sender returned an array of promises: return Promise.all(...)',
  senderFault: true,
}

/** Returns what the answers of a call say about each of its entries. */
export const failuresFrom = (answers: unknown, entries: number): Failures => {
  // mutant: wrong-number-of-answers
  if (!Array.isArray(answers) || answers.length !== entries) return Array.from({ length: entries }, () => wrongNumber)
  const failures = Array.from(answers, sendFailureFrom)
  const isOneAccepted = failures.includes(undefined)
  return failures.map((failure) => failure && judged(failure, isOneAccepted))
}

/**
 * Says whether the entry is at fault. An answer that blames the sender may mean the queue; it can only mean its entry if the same
 * call accepted another one, or if its code speaks of the content.
 */
const judged = (failure: SendFailure, isOneAccepted: boolean): Failure => {
  const mayBeEntry = mayConcernEntry(failure)
  return {
    ...failure,
    isOfEntry: mayBeEntry && (isOneAccepted || concernsContent(failure.code)),
    mayBeTooLarge: mayBeEntry,
  }
}

/** Whether a failure for good may be the fault of the entry, and not of the queue, its rights, or what a later delivery mends. */
const mayConcernEntry = (failure: SendFailure): boolean =>
  failure.senderFault &&
  failure !== promisedAnswer &&
  failure.retryAfterSeconds === undefined &&
  !isPermanent(failure.code)

/** Returns the failure that a sender reported for an entry. Only undefined means that the entry was accepted. */
export const sendFailureFrom = (answer: unknown): SendFailure | undefined => {
  if (answer === undefined) return undefined
  return tryOr(
    () => {
      if (isThenable(answer)) {
        ignoreRejection(answer)
        return promisedAnswer
      }
      const { code, reason, senderFault, retryAfterSeconds } = answer as Partial<SendFailure>
      return {
        code: String(code ?? 'Unknown'),
        reason: String(reason ?? 'no reason given'),
        senderFault: senderFault === true,
        ...(typeof retryAfterSeconds === 'number' && { retryAfterSeconds }),
      }
    },
    { code: 'Unknown', reason: 'the sender returned an unreadable failure', senderFault: false },
  )
}
