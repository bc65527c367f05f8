import { type Batch, inWords, kindOf, type Message, ownOf, verdictOf } from '@lpipe/core'
import type { SentryScope, SentrySdk } from './sdk.ts'

/** Captures one message's error, with what one needs to find its record. */
export const captureMessage = (
  sdk: SentrySdk,
  batch: Batch,
  message: Message,
  error: unknown,
  includeKwargs: boolean,
): void => {
  const { outcome, path, function: fn, eventSource, id, index, record, payload } = message
  capture(sdk, error, (scope) => {
    describe(scope, {
      outcome,
      error_class: classOf(error),
      path,
      function: fn,
      event_source: eventSource,
      message_id: id ?? String(index),
      receive_count: receiveCountOf(record),
      aws_request_id: batch.context.awsRequestId,
    })
    if (includeKwargs && payload !== undefined) scope.setContext('kwargs', { ...payload.kwargs })
  })
}

/** Captures what an invocation throws. */
export const captureInvocation = (sdk: SentrySdk, batch: Batch, error: unknown): void =>
  capture(sdk, error, (scope) =>
    describe(scope, {
      error_class: classOf(error),
      event_source: batch.received[0]?.eventSource,
      aws_request_id: batch.context.awsRequestId,
    }),
  )

/** Tags to search by, and a context that shows them together. */
const describe = (scope: SentryScope, facts: Readonly<Record<string, string | undefined>>): void => {
  const known = Object.entries(facts).filter((fact): fact is [string, string] => typeof fact[1] === 'string')
  scope.setTags(Object.fromEntries(known.map(([name, value]) => [`lpipe.${name}`, value])))
  scope.setContext('lpipe', Object.fromEntries(known))
}

const capture = (sdk: SentrySdk, error: unknown, describeTo: (scope: SentryScope) => void): void =>
  void sdk.withScope((scope) => {
    scope.setLevel(verdictOf(error) === 'dropped' ? 'warning' : 'error')
    describeTo(scope)
    sdk.captureException(lookable(error) ? error : new Error(inWords(error)))
  })

/** An SDK that stumbles over a getter or a proxy counts that event as under way for ever, and each flush waits for it. */
const lookable = (error: unknown): boolean => {
  if (typeof error !== 'object' || error === null) return true
  try {
    const { name, message, stack, cause } = error as Partial<Error>
    return [error instanceof Error, name, message, stack, cause, ...Object.values(error)].length > 0
  } catch {
    return false
  }
}

/** The class's name; a name that the error has of its own comes first, for a minifier cannot change it. */
const classOf = (error: unknown): string => {
  try {
    const { name } = Object(error) as { readonly name?: unknown }
    if (typeof name === 'string' && name !== '' && name !== 'Error') return name
    return error instanceof Error ? error.constructor.name : kindOf(error)
  } catch {
    return 'unknown' // it lets nobody look
  }
}

const receiveCountOf = (record: unknown): string | undefined => {
  const count = ownOf(ownOf(record, 'attributes'), 'ApproximateReceiveCount')
  return typeof count === 'string' ? count : undefined
}
