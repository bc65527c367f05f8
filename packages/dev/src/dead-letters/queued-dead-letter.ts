import { isObject, nonEmptyString, tryOr } from '@lpipe/core/middleware'
import type { InspectedMessage } from '@lpipe/local/tools'
import type { CapturedError, DeadLetterKind, DeadLetterSummary } from '../api/types.ts'
import { framesOf } from '../environment/stack.ts'
import { attributesOf, messageOfRecord } from '../trace/calls.ts'
import type { Entries } from '../trace/entries.ts'
import { withoutUndefined } from '../trace/entry.ts'
import type { MovedMessage, MovedMessages } from './moved-messages.ts'

/** A dead letter in its queue. */
export interface QueuedDeadLetter {
  readonly kind: DeadLetterKind
  /** The name of its queue. */
  readonly queue: string
  readonly message: InspectedMessage
  /** The body of the original message. */
  readonly body: string
  /** The name of the queue or stream that it came from. */
  readonly to: string | undefined
  readonly lambda: string | undefined
  readonly path: string | undefined
  readonly function: string | undefined
  readonly error: CapturedError | undefined
  readonly requestId: string | undefined
  readonly receiveCount: number | undefined
  /** The id of the original message. */
  readonly messageId: string | undefined
  readonly groupId: string | undefined
  readonly partitionKey: string | undefined
  readonly attributes: Readonly<Record<string, string>>
  /** lpipe: the record that its Lambda received. */
  readonly record: Readonly<Record<string, unknown>> | undefined
  /** Why it cannot be sent back as it is. */
  readonly problem: string | undefined
}

/** Where the letters of a queue come from. */
export interface LetterSource {
  readonly queue: string
  /** The queues whose messages SQS moves to it. */
  readonly sources: readonly string[]
  readonly moved: MovedMessages
  readonly entries: Entries
  readonly folder: string
}

/** Reads a message of a dead-letter queue. */
export const readLetter = (message: InspectedMessage, source: LetterSource): QueuedDeadLetter => {
  const moved = source.moved.get(source.queue, message.messageId)
  if (moved !== undefined) return sqsLetter(message, moved, source)
  const letter: unknown = tryOr(() => JSON.parse(message.body), undefined)
  const isOfLpipe =
    isObject(letter) && isObject(letter['error']) && isObject(letter['source']) && Object.hasOwn(letter, 'record')
  return isOfLpipe ? lpipeLetter(message, letter, source) : sqsLetter(message, undefined, source)
}

/** A message that SQS has moved: it holds nothing about its error, but its trace does. */
const sqsLetter = (
  message: InspectedMessage,
  moved: MovedMessage | undefined,
  { queue, sources, entries }: LetterSource,
): QueuedDeadLetter => {
  const from = moved && nameOf(moved.queue)
  const to = sources.find((name) => name === from) ?? (sources.length === 1 ? sources[0] : undefined)
  return {
    kind: 'sqs',
    queue,
    message,
    body: message.body,
    to,
    lambda: moved?.lambda,
    path: moved?.path,
    function: moved?.function,
    error: moved?.error,
    requestId: moved?.requestId,
    receiveCount: message.receiveCount,
    messageId: entries.get(message.messageId)?.id,
    groupId: message.groupId,
    partitionKey: undefined,
    attributes: attributesOf(message.attributes),
    record: undefined,
    problem: to === undefined ? 'it is not known which queue it came from' : undefined,
  }
}

const lpipeLetter = (
  message: InspectedMessage,
  letter: Readonly<Record<string, unknown>>,
  { queue, entries, folder }: LetterSource,
): QueuedDeadLetter => {
  const { record, truncated } = letter
  const [error, origin, lambda] = [members(letter['error']), members(letter['source']), members(letter['lambda'])]
  const id = nonEmptyString(origin['id'])
  const original = messageOfRecord(members(record), id ?? '')
  const to = nonEmptyString(nonEmptyString(origin['arn'])?.replace(/^.*[:/]/, ''))
  const entry = [...idsOf(members(record), id)].map((one) => entries.get(one)).find((one) => one !== undefined)
  return {
    kind: 'lpipe',
    queue,
    message,
    body: original.body,
    to,
    lambda: nonEmptyString(lambda['name']) ?? entry?.lambda,
    path: nonEmptyString(letter['path']),
    function: nonEmptyString(letter['function']),
    error: entry?.error ?? errorOf(error, folder),
    requestId: nonEmptyString(lambda['requestId']),
    receiveCount: typeof letter['receiveCount'] === 'number' ? letter['receiveCount'] : undefined,
    messageId: entry?.id,
    groupId: original.groupId,
    partitionKey: original.partitionKey,
    attributes: original.attributes,
    record: members(record),
    problem: problemOf(truncated, to),
  }
}

const problemOf = (truncated: unknown, to: string | undefined): string | undefined => {
  if (typeof truncated === 'string') return truncated
  return to === undefined ? 'it does not say which queue it came from' : undefined
}

const members = (value: unknown): Readonly<Record<string, unknown>> => (isObject(value) ? value : {})

/** The ids that the trace may know a message by. */
const idsOf = (record: Readonly<Record<string, unknown>>, id: string | undefined): readonly string[] => {
  const { messageId, eventID, eventSourceARN } = record
  const stream = String(eventSourceARN ?? '').replace(/^.*[:/]/, '')
  return [id, messageId, `${stream}:${eventID}`].filter((one) => typeof one === 'string')
}

const errorOf = (error: Readonly<Record<string, unknown>>, folder: string): CapturedError => {
  const stack = nonEmptyString(error['stack'])
  return {
    name: nonEmptyString(error['name']) ?? 'Error',
    message: nonEmptyString(error['message']) ?? '',
    ...(stack === undefined ? {} : { stack }),
    frames: framesOf(stack ?? '', folder),
    causes: [],
  }
}

const nameOf = (queue: string): string => queue.slice(queue.indexOf(':') + 1)

/** Returns a dead letter as the list shows it. */
export const letterSummary = (letter: QueuedDeadLetter): DeadLetterSummary =>
  withoutUndefined({
    id: letter.message.messageId,
    kind: letter.kind,
    queue: letter.queue,
    to: letter.to,
    lambda: letter.lambda,
    path: letter.path,
    function: letter.function,
    error: letter.error && { name: letter.error.name, message: letter.error.message },
    receiveCount: letter.receiveCount,
    time: letter.message.sentAt,
    messageId: letter.messageId,
    preview: letter.body.slice(0, 200),
    bytes: Buffer.byteLength(letter.body),
    problem: letter.problem,
  })
