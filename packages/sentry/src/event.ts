import type { Batch, Message } from '@lpipe/core'
import {
  describeError,
  dispositionOf,
  errorOf,
  errorType,
  ignoreRejection,
  isError,
  isThenable,
  messageIdOf,
  toPromise,
  tryOr,
} from '@lpipe/core/middleware'
import type { SentrySdk } from './sdk.ts'

/** Captures the error of a message, with what is needed to find its record. */
export const captureMessage = (sdk: SentrySdk, batch: Batch, message: Message, includeKwargs: boolean): void => {
  const { outcome, path, function: functionName, eventSource, record, payload } = message
  const error = errorOf(message)
  const receiveCount = tryOr(() => batch.source?.receiveCountOf?.(record), undefined)
  const facts = {
    outcome,
    error_class: errorType(error),
    path,
    function: functionName,
    event_source: eventSource,
    message_id: String(messageIdOf(message)),
    receive_count: receiveCount === undefined ? undefined : String(receiveCount),
    aws_request_id: batch.context.awsRequestId,
  }
  const kwargs = includeKwargs && payload !== undefined ? { kwargs: { ...payload.kwargs } } : {}
  capture(sdk, error, facts, kwargs)
}

/** Captures what an invocation throws. */
export const captureInvocation = (sdk: SentrySdk, batch: Batch, error: unknown): void =>
  capture(sdk, error, {
    error_class: errorType(error),
    event_source: batch.received[0]?.eventSource,
    aws_request_id: batch.context.awsRequestId,
  })

/**
 * Captures an error, with facts as tags to search by, and together as a context. They are passed with the error instead of
 * being set on a scope, because not every setup makes a new scope.
 */
const capture = (
  sdk: SentrySdk,
  error: unknown,
  facts: Readonly<Record<string, string | undefined>>,
  contexts: Record<string, Record<string, unknown>> = {},
): void => {
  const known = Object.entries(facts).filter((fact): fact is [string, string] => typeof fact[1] === 'string')
  const returned = sdk.captureException(isSafe(error) ? error : new Error(describeError(error)), {
    level: dispositionOf(error) === 'dropped' ? 'warning' : 'error',
    tags: Object.fromEntries(known.map(([name, value]) => [`lpipe.${name}`, value])),
    contexts: { lpipe: Object.fromEntries(known), ...contexts },
  })
  if (isThenable(returned)) ignoreRejection(toPromise(returned))
}

/**
 * Whether an error may be handed to the SDK as it is. A value that is not an Error may be one of the message, and the SDK
 * would serialise it. A getter or a proxy that throws would make the SDK wait for that event for ever.
 */
const isSafe = (error: unknown): boolean =>
  tryOr(() => {
    const { name, message, stack, cause } = error as Partial<Error>
    return isError(error) && [name, message, stack, cause, ...Object.values(error)].length > 0
  }, false)
