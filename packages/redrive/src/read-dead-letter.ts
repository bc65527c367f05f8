import type { Message } from '@aws-sdk/client-sqs'
import { getOwn, isObject, nonEmptyString, tryOr } from '@lpipe/core/middleware'
import { bodyOf, parseWritable } from './answers.ts'
import type { DeadLetterMessage } from './dead-letter-message.ts'
import type { SourceNamed } from './sources/index.ts'
import { sqs } from './sources/sqs.ts'
import { recordOf } from './sqs-record.ts'

/**
 * Reads a message of a dead-letter queue.
 *
 * A message that SQS moved is never taken for a dead letter of lpipe, because anyone who can send to a queue could write one
 * that names any origin.
 */
export const readDeadLetter = (message: Message, sourceNamed: SourceNamed): DeadLetterMessage => {
  const moved = message.Attributes?.DeadLetterQueueSourceArn
  const letter = moved === undefined ? letterIn(parsed(message.Body)) : undefined
  const read = letter === undefined ? failedMessage(message, moved) : droppedMessage(message, letter)
  return { ...read, body: bodyOf(sourceNamed(read.source.type), read.record) }
}

const parsed = (text: unknown): unknown => tryOr(() => parseWritable(text), undefined)

type Members = Readonly<Record<string, unknown>>

/** Returns the dead letter of lpipe in a content. It may have come through a topic of SNS, a bus of EventBridge, or both. */
const letterIn = (content: unknown): Members | undefined => {
  const message = typeof getOwn(content, 'TopicArn') === 'string' ? parsed(getOwn(content, 'Message')) : content
  return [message, getOwn(message, 'detail')].find(isDeadLetter)
}

const isDeadLetter = (content: unknown): content is Members =>
  isObject(content) &&
  getOwn(content, 'record') !== undefined &&
  isObject(getOwn(content, 'source')) &&
  isObject(getOwn(content, 'error'))

const droppedMessage = (message: Message, letter: Members): Omit<DeadLetterMessage, 'body'> => {
  const text = (value: unknown, name: string): string | null => nonEmptyString(getOwn(value, name)) ?? null
  const { error, source, lambda, record } = letter
  const { receiveCount } = letter
  const issues = getOwn(error, 'issues')
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
    source: { type: text(source, 'type'), arn: text(source, 'arn'), id: text(source, 'id') },
    lambda: { name: text(lambda, 'name'), arn: text(lambda, 'arn'), requestId: text(lambda, 'requestId') },
    receiveCount: typeof receiveCount === 'number' ? receiveCount : null,
    time: timeOf(letter['time']) ?? sentAt(message),
    record,
    truncated: text(letter, 'truncated'),
  }
}

const failedMessage = (message: Message, arn: string | undefined): Omit<DeadLetterMessage, 'body'> => {
  return {
    messageId: message.MessageId ?? '',
    kind: 'failed',
    error: null,
    path: null,
    function: null,
    source: { type: sqs.name, arn: arn ?? null, id: message.MessageId ?? null },
    lambda: { name: null, arn: null, requestId: null },
    receiveCount: Number(message.Attributes?.ApproximateReceiveCount) || null,
    time: sentAt(message),
    record: recordOf(message, arn),
    truncated: null,
  }
}

const timeOf = (text: unknown): string | undefined =>
  typeof text === 'string' && !Number.isNaN(Date.parse(text)) ? new Date(text).toISOString() : undefined

const sentAt = ({ Attributes }: Message): string | null => {
  const millis = Number(Attributes?.SentTimestamp)
  return Number.isFinite(millis) ? new Date(millis).toISOString() : null
}
