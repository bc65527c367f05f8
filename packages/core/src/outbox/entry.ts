import type { EventSource, Headers } from '../adapters/event-source.ts'
import type { Entry } from '../adapters/sender.ts'
import type { Batch } from '../batch/batch.ts'
import { type EntryTrace, entryChannel } from '../batch/channels.ts'
import { exactJson, InexactJsonError } from '../batch/exact-json.ts'
import type { Message } from '../batch/message.ts'
import { safeJson } from '../batch/safe-json.ts'
import { describeError, invalidConfiguration, UndeliverableError } from '../language/errors.ts'
import { type Queue, queueLabel, type Sending } from '../language/queue.ts'
import { validationError } from '../schema/issues.ts'
import { hasIssues, isSchemaResult, validate } from '../schema/standard-schema.ts'
import {
  ignoreRejection,
  ignoreRejections,
  isThenable,
  nonEmptyString,
  sha256,
  toPromise,
  tryOr,
  typeName,
} from '../values.ts'
import { addHop, formatHops, hopsHeader, readHops } from './hops.ts'

/** What an entry is made of. */
export interface EntryInput {
  readonly batch: Batch
  readonly message: Message
  readonly queue: Queue
  readonly kwargs: unknown
  /** Returns the deduplication key of a content. */
  readonly keyOf: (content: string) => string
  readonly maxHops: number
  /** X-Ray's trace header of the invocation. */
  readonly invocationTrace: string | undefined
  /** Whether the queue is the dead-letter queue. */
  readonly isDeadLetter: boolean
}

/**
 * Makes an entry: `{ path, kwargs }` if the queue has a path, otherwise the kwargs. The JSON text is made at once, so that
 * later changes of the kwargs do not change what is sent.
 *
 * @throws UndeliverableError if the kwargs are not JSON, if the queue's schema does not accept them, or if the message passed through too many queues
 */
export const createEntry = (input: EntryInput): Entry => {
  const { batch, message, queue, kwargs, keyOf, maxHops, invocationTrace, isDeadLetter } = input
  const source = batch.source as EventSource
  const { record, body } = message
  if (queue.validate) checkKwargs(queue, kwargs)
  const text = jsonOf(queue, message, queue.path === undefined ? kwargs : { path: queue.path, kwargs })
  const received = message.headers
  let deduplicationKey: string | undefined
  return {
    queue,
    body: text,
    sending: { kwargs, path: queue.path },
    // Made when it is read, because few queues are FIFO. The content of a dead letter differs from try to try.
    get deduplicationKey() {
      deduplicationKey ??= keyOf(isDeadLetter ? '' : text)
      return deduplicationKey
    },
    sourceGroup: tryOr(() => (source.senderGroupOf ?? source.groupOf)?.(record), undefined) || undefined,
    headers: headersOf(
      batch,
      message,
      queue,
      received,
      isDeadLetter ? deadLetterHops(maxHops, queue, received) : maxHops,
    ),
    traceHeader: traceHeaderOf(
      tryOr(() => source.traceHeaderOf?.(record, body), undefined),
      invocationTrace,
    ),
  }
}

/** @throws UndeliverableError if the queue's schema does not accept the kwargs, InvalidConfigurationError if it is broken */
const checkKwargs = (queue: Queue, kwargs: unknown): void => {
  const cannot = `cannot send to ${queueLabel(queue)}`
  let result: ReturnType<typeof validate> | undefined
  try {
    result = queue.schema && validate(queue.schema, kwargs)
  } catch (cause) {
    throw new UndeliverableError(`${cannot}: its \`schema\` threw ${describeError(cause)}`, { cause })
  }
  if (isThenable(result)) {
    ignoreRejection(toPromise(result))
    throw new UndeliverableError(`${cannot}: \`validate: true\` requires a synchronous \`schema\``)
  }
  // What a transform has made is not sent.
  ignoreRejections((result as { readonly value?: unknown } | undefined)?.value)
  if (queue.schema !== undefined && !isSchemaResult(result)) {
    invalidConfiguration(`${cannot}: its \`schema\` returned neither a value nor issues`)
  }
  if (result !== undefined && hasIssues(result)) {
    const cause = validationError('its `schema` does not accept the kwargs', result.issues, kwargs, '', queue.schema)
    throw new UndeliverableError(`${cannot}: ${cause.message}`, { cause })
  }
}

const jsonOf = (queue: Queue, message: Message, value: unknown): string => {
  let text: string | undefined
  try {
    text = exactJson(value)
  } catch (error) {
    safeJson(value, { maxValues: 10_000 }) // handles the rejections of promises in it
    throw new UndeliverableError(`cannot send to ${queueLabel(queue)}: ${jsonProblem(queue, message, error)}`)
  }
  if (text === undefined) {
    throw new UndeliverableError(`cannot send to ${queueLabel(queue)}: the kwargs cannot be written as JSON`)
  }
  return text.replace(notXml, (sign) => `\\u${sign.charCodeAt(0).toString(16)}`)
}

const jsonProblem = (queue: Queue, message: Message, error: unknown): string => {
  if (error instanceof RangeError) return 'the kwargs are nested too deeply'
  if (!(error instanceof InexactJsonError)) return 'the kwargs cannot be written as JSON'
  const path = queue.path === undefined ? error.path : error.path.slice(1)
  const place = ['kwargs', ...path.map((name) => safeName(message, name))].join('.')
  return `\`${place}\` must be a value that JSON can carry, received ${error.message}`
}

/** A name that the message holds may be a secret. */
const safeName = ({ body }: Message, name: string): string => {
  const isInBody = tryOr(() => JSON.stringify(body ?? '').includes(JSON.stringify(name)), true)
  return /^\d{1,9}$/.test(name) || (/^[A-Za-z_$][\w$]{0,49}$/.test(name) && !isInBody) ? name : '*'
}

/**
 * Characters that JSON.stringify leaves and SQS refuses: its messages are XML 1.0. In JSON the escape means the same.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
const notXml = /[\uFFFE\uFFFF]/g

/**
 * A dead letter may pass more queues, because a message with a forged number of hops would block its group for ever. A loop
 * through the dead-letter queue itself ends.
 */
const deadLetterHops = (maxHops: number, queue: Queue, received: Headers | undefined): number =>
  readHops(received).queues.at(-1) === queueLabel(queue) ? maxHops : Infinity

const headersOf = (
  batch: Batch,
  message: Message,
  queue: Queue,
  received: Headers | undefined,
  maxHops: number,
): Headers => {
  const hops = addHop(readHops(received), queueLabel(queue))
  if (hops.count > maxHops) {
    throw new UndeliverableError(
      `cannot send to ${queueLabel(queue)}: the message passed through more than \`maxHops\` (${maxHops}) queues, last: ${hops.queues.join(' > ')}. ` +
        'Check the graph for a cycle, or raise `maxHops`',
    )
  }
  const headers: Record<string, string> = { [hopsHeader]: formatHops(hops) }
  if (entryChannel.hasSubscribers) entryChannel.publish({ batch, message, queue, headers } satisfies EntryTrace)
  return headers
}

const traceHeader = /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}(?:;[A-Za-z]+=[A-Za-z0-9:|_-]*)*$/

/** Whether a text is a trace header of X-Ray. */
export const isTraceHeader = (text: unknown): text is string =>
  typeof text === 'string' && text.length <= 500 && traceHeader.test(text)

/**
 * Returns the trace header to send: the source record's with the lineage of this invocation, because Lambda's recursive loop
 * detection counts with the lineage; otherwise that of the invocation. An invalid one is left out.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
 */
const traceHeaderOf = (received: string | undefined, own: string | undefined): string | undefined => {
  const invocation = isTraceHeader(own) ? own : undefined
  if (!isTraceHeader(received)) return invocation
  const lineage = /;Lineage=[^;]*/.exec(invocation ?? '')?.[0]
  return lineage === undefined ? received : received.replace(/;Lineage=[^;]*/, '') + lineage
}

/**
 * Returns a queue's option that is a string, or computes it.
 *
 * @throws UndeliverableError if what is sent has none: a retry would compute the same
 * @throws InvalidConfigurationError if its function is asynchronous
 */
export const optionText = ({ queue, sending }: Entry, name: string): string | undefined => {
  const option = queue.options[name]
  if (typeof option !== 'function') return nonEmptyString(option)
  let text: unknown
  try {
    text = (option as (sending: Sending) => unknown)(sending)
  } catch (cause) {
    throw new UndeliverableError(`cannot send to ${queueLabel(queue)}: its \`${name}\` threw`, { cause })
  }
  if (typeof text === 'string' && text !== '') return text
  const must = `cannot send to ${queueLabel(queue)}: its \`${name}\` must return a non-empty string, received`
  if (isThenable(text)) {
    ignoreRejection(toPromise(text)) // an asynchronous function may reject
    return invalidConfiguration(`${must} a promise`)
  }
  throw new UndeliverableError(`${must} ${text === '' ? 'an empty string' : typeName(text)}`)
}

/** Returns a function that makes the deduplication keys of a message. */
export const deduplicationKeys = (batch: Batch, message: Message): ((target: string, content: string) => string) => {
  const { source, context } = batch
  const { record, recordIndex, position } = message
  const key = nonEmptyString(tryOr(() => source?.deduplicationKeyOf?.(record), undefined))
  // Lambda repeats an asynchronous event with the same request id. Without either nothing is the same twice.
  const origin = key ?? `${context.awsRequestId ?? process.getBuiltinModule('node:crypto').randomUUID()}-${recordIndex}`
  const counts = new Map<string, number>()
  return (target, content) => {
    const text = JSON.stringify([context.functionName, message.eventSource, origin, position, target, content])
    const ordinal = (counts.get(text) ?? 0) + 1
    counts.set(text, ordinal)
    return sha256(`${ordinal} ${text}`)
  }
}
