import type { Message } from '@aws-sdk/client-sqs'
import { getOwn, isObject, nonEmptyString, parseJson, tryOr } from '@lpipe/core/middleware'
import { originOf } from './origins.ts'
import { recordOf } from './sqs-record.ts'

/** A message of a dead-letter queue. */
export interface DeadLetterMessage {
  /** Its id in the dead-letter queue. */
  readonly messageId: string
  /** `dropped`: a dead letter that lpipe wrote. `failed`: any other message, such as one that SQS moved after too many receives. */
  readonly kind: 'dropped' | 'failed'
  /** Why it was dropped. Null if that is not known. */
  readonly error: {
    readonly name: string
    readonly message: string
    readonly stack: string | null
    readonly issues: readonly unknown[]
  } | null
  readonly path: string | null
  readonly function: string | null
  /** Where it came from. `type` is the name of the event source, such as `sqs`. */
  readonly source: { readonly type: string | null; readonly arn: string | null; readonly id: string | null }
  /** The Lambda that dropped it. */
  readonly lambda: { readonly name: string | null; readonly arn: string | null; readonly requestId: string | null }
  /** How often the original message was received. */
  readonly receiveCount: number | null
  /** When it was dropped or sent, as ISO 8601 text in UTC. */
  readonly time: string | null
  /** The body of the original message: what its JSON says, otherwise its text. Without a known source the record. */
  readonly body: unknown
  /** The record as the Lambda received it. */
  readonly record: unknown
  /** What was cut of the record, if it was too large. Then it cannot be sent back. */
  readonly truncated: string | null
}

/**
 * Reads a message of a dead-letter queue.
 *
 * A message that SQS moved is never taken for a dead letter of lpipe, because anyone who can send to a queue could write one
 * that names any origin.
 */
export const readDeadLetter = (message: Message): DeadLetterMessage => {
  const moved = message.Attributes?.DeadLetterQueueSourceArn
  const content: unknown =
    moved === undefined ? tryOr(() => JSON.parse(message.Body ?? '') as unknown, undefined) : undefined
  return isDeadLetter(content) ? droppedMessage(message, content) : failedMessage(message, moved)
}

const isDeadLetter = (content: unknown): content is Readonly<Record<string, unknown>> =>
  isObject(content) &&
  getOwn(content, 'record') !== undefined &&
  isObject(getOwn(content, 'source')) &&
  isObject(getOwn(content, 'error'))

const droppedMessage = (message: Message, letter: Readonly<Record<string, unknown>>): DeadLetterMessage => {
  const text = (value: unknown, name: string): string | null => nonEmptyString(getOwn(value, name)) ?? null
  const { error, source, lambda, record } = letter
  const { receiveCount } = letter
  const issues = getOwn(error, 'issues')
  const type = text(source, 'type')
  return {
    messageId: message.MessageId ?? '',
    kind: 'dropped',
    error: {
      name: text(error, 'name') ?? 'Error',
      message: text(error, 'message') ?? '',
      stack: text(error, 'stack'),
      issues: Array.isArray(issues) ? issues : [],
    },
    path: text(letter, 'path'),
    function: text(letter, 'function'),
    source: { type, arn: text(source, 'arn'), id: text(source, 'id') },
    lambda: { name: text(lambda, 'name'), arn: text(lambda, 'arn'), requestId: text(lambda, 'requestId') },
    receiveCount: typeof receiveCount === 'number' ? receiveCount : null,
    time: timeOf(letter['time']) ?? sentAt(message),
    body: bodyOf(type, record),
    record,
    truncated: text(letter, 'truncated'),
  }
}

const failedMessage = (message: Message, arn: string | undefined): DeadLetterMessage => {
  const record = recordOf(message, arn)
  return {
    messageId: message.MessageId ?? '',
    kind: 'failed',
    error: null,
    path: null,
    function: null,
    source: { type: 'sqs', arn: arn ?? null, id: message.MessageId ?? null },
    lambda: { name: null, arn: null, requestId: null },
    receiveCount: Number(message.Attributes?.ApproximateReceiveCount) || null,
    time: sentAt(message),
    body: bodyOf('sqs', record),
    record,
    truncated: null,
  }
}

/** Returns the body of a record. A JSON text stays a text if it holds a number that JavaScript would change. */
const bodyOf = (type: string | null, record: unknown): unknown => {
  const text = isObject(record) ? originOf(type)?.textOf(record) : undefined
  return text === undefined ? record : tryOr(() => parseJson(text), text)
}

const timeOf = (text: unknown): string | undefined =>
  typeof text === 'string' && !Number.isNaN(Date.parse(text)) ? new Date(text).toISOString() : undefined

const sentAt = ({ Attributes }: Message): string | null => {
  const millis = Number(Attributes?.SentTimestamp)
  return Number.isFinite(millis) ? new Date(millis).toISOString() : null
}
