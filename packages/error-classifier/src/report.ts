import type { Batch, Message } from '@lpipe/core'
import {
  describeError,
  dispositionOf,
  errorOf,
  getOwn,
  isSkipped,
  log,
  messageIdOf,
  nonEmptyString,
  tryOr,
} from '@lpipe/core/middleware'

/** Logs the error of a dropped or failed message. */
export const reportMessage = (batch: Batch, message: Message): void => {
  const { outcome, path, function: functionName, eventSource, record } = message
  const { source, context } = batch
  const error = errorOf(message)
  const level = isSkipped(error) ? 'debug' : dispositionOf(error) === 'dropped' ? 'warn' : 'error'
  log(batch, level, `message ${messageIdOf(message)} ${outcome}: ${describeError(error)}`, {
    outcome,
    path,
    function: functionName,
    messageId: messageIdOf(message),
    eventSource,
    lambda: context.functionName,
    receiveCount: tryOr(() => source?.receiveCountOf?.(record), undefined),
    // A RAW event has no message id; an EventBridge event has one of its own.
    eventId: message.identifier === undefined ? nonEmptyString(getOwn(batch.event, 'id')) : undefined,
    kept: keptAt(batch, message),
    error,
  })
}

/** Where a message is after the invocation. */
const keptAt = ({ source, deadLetterLabel }: Batch, { outcome, eventSource }: Message): string => {
  if (outcome === 'dropped') return deadLetterLabel ?? 'nowhere'
  // An SNS topic, which has an ARN, keeps nothing either.
  return source?.reports === 'none' ? 'by the caller, if it repeats the event' : (eventSource ?? 'on its queue')
}

/** Logs what the invocation did. */
export const reportSummary = (batch: Batch): void => {
  const { received, sendCounters, startedAt } = batch
  const counts = { received: received.length, succeeded: 0, dropped: 0, failed: 0 }
  for (const { outcome = 'failed' } of received) counts[outcome] += 1
  const { sent, calls } = sendCounters
  log(batch, 'info', 'batch finished', {
    ...counts,
    sent,
    calls,
    milliseconds: Math.round(performance.now() - startedAt),
  })
}
