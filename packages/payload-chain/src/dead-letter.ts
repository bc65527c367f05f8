import type { EventSource, Message } from '@lpipe/core'
import {
  errorMessage,
  errorName,
  errorOf,
  exactJson,
  type InvocationBatch,
  isError,
  isInvalidPayload,
  safeJson,
  tryOr,
} from '@lpipe/core/middleware'

/** What a dead-letter queue of lpipe keeps of a message that was dropped. */
export interface DeadLetter {
  readonly error: {
    readonly name: string
    readonly message: string
    /** The stack trace, at most 8,000 characters. */
    readonly stack?: string
    readonly issues?: readonly unknown[]
  }
  /** The path and the function it was on; null if it had not come so far. */
  readonly path: string | null
  readonly function: string | null
  readonly source: { readonly type: string; readonly arn: string | null; readonly id: string | null }
  /** The Lambda that dropped the message, and the invocation. */
  readonly lambda: { readonly name: string | null; readonly arn: string | null; readonly requestId: string | null }
  /** How often the message had been received. Null if its source does not say it. */
  readonly receiveCount: number | null
  /** When it was dropped, as ISO 8601 text in UTC. */
  readonly time: string
  /** The record as it came. */
  readonly record: unknown
  /** What was cut, if the record could not be kept as it came. */
  readonly truncated?: string
}

type Details = Omit<DeadLetter, 'record' | 'truncated'>

/** Bytes that the headers of an entry may take, and the path of the queue. */
const reserve = 2 * 1024

/** Returns the dead letters of a message, each smaller than the one before it, without those that are surely too large. */
export function* lettersOf(batch: InvocationBatch, message: Message, maxBytes: number): Iterable<DeadLetter> {
  const details = detailsOf(batch, message)
  const { record } = message
  const fits = (letter: DeadLetter): boolean => (sentBytes(letter) ?? Infinity) <= maxBytes - reserve
  const whole = { ...details, record }
  const size = sentBytes(record)
  if (size !== undefined && fits(whole)) yield whole
  const truncated = `the record ${size === undefined ? 'is not JSON' : `has ${size} bytes`} and was cut; it cannot be sent back`
  for (const maxString of [100_000, 10_000, 1000, 100]) {
    const cut = safeJson(record, { maxString, maxItems: 100, maxDepth: 8 })
    const letter = { ...details, record: sentBytes(cut) === undefined ? null : cut, truncated }
    if (fits(letter)) yield letter
  }
  for (const maxString of [1000, 100]) {
    yield { ...(safeJson(withoutTraces(details), { maxString }) as Details), record: null, truncated }
  }
}

/** Everything but the record. A message may name its path, and a forged event its ids, so that all strings are cut. */
const detailsOf = (batch: InvocationBatch, message: Message): Details => {
  const { path = null, function: functionName = null, record, id = null, eventSource = null } = message
  const { context } = batch
  const source = batch.source as EventSource // a batch with messages has one
  const { functionName: name = null, invokedFunctionArn: arn = null, awsRequestId: requestId = null } = context
  const error = errorOf(message)
  const details: Details = {
    error: { name: errorName(error).slice(0, 200), message: errorMessage(error).slice(0, 2000), ...tracesOf(error) },
    path,
    function: functionName,
    source: { type: source.name, arn: eventSource, id },
    lambda: { name, arn, requestId },
    receiveCount: tryOr(() => source.receiveCountOf?.(record) ?? null, null),
    time: new Date().toISOString(),
  }
  return safeJson(details, { maxString: 8000 }) as Details
}

/** Returns where an error was thrown, and what of the message is invalid. */
const tracesOf = (error: unknown): Pick<DeadLetter['error'], 'stack' | 'issues'> => {
  const text = errorMessage(error)
  // A stack begins with the error's message, which may be long.
  const stack = tryOr(
    () => (isError(error) ? error.stack?.replace(text, () => text.slice(0, 2000)) : undefined),
    undefined,
  )
  const issues = tryOr(() => (isInvalidPayload(error) ? error.issues : []), [])
  return {
    ...(typeof stack === 'string' && { stack: stack.slice(0, 8000) }),
    ...(issues.length > 0 && {
      issues: safeJson(issues, { maxItems: 20, maxString: 200, maxDepth: 6 }) as readonly unknown[],
    }),
  }
}

const withoutTraces = ({ error: { name, message }, ...rest }: Details): Details => ({
  error: { name, message },
  ...rest,
})

/**
 * Returns the bytes of a value as it is sent, undefined if JSON cannot carry it. Two characters are escaped, because SQS does
 * not take them.
 */
const sentBytes = (value: unknown): number | undefined => {
  const text = tryOr(() => exactJson(value), undefined)
  return text === undefined ? undefined : Buffer.byteLength(text.replace(/[\uFFFE\uFFFF]/g, '\\uffff'))
}
