import type { Source } from './batch.ts'
import { InvalidPayloadError, type Outcome } from './errors.ts'
import type { Payload } from './payload.ts'
import type { Entry } from './sender.ts'
import { type Kwargs, ownOf, textOrNone } from './values.ts'

/** A record with what became of it. */
export interface Message<K = Kwargs> {
  /** the entry of the event, untouched */
  readonly record: unknown
  /** its position in the batch */
  readonly index: number
  /** how its source knows it: `messageId` or `sequenceNumber`; none if it lacks one, or if the source is `raw` */
  readonly id: string | undefined
  /** its queue or stream: `eventSourceARN` */
  readonly eventSource: string | undefined
  /** what it must keep in order with; undefined if with nothing */
  readonly lane: string | undefined
  /** its decoded body; undefined if it could not be decoded, or was not yet */
  body: Kwargs | undefined
  /** what is to run; undefined if there is none, or not yet */
  payload: Payload<K> | undefined
  /** what its walk ended with; undefined as long as it waits */
  result: PromiseSettledResult<unknown> | undefined
  /** what became of it; undefined as long as it waits */
  outcome: Outcome | undefined
  /** the path that it is on, or that it was on when it ended */
  path: string | undefined
  /** the function that it is in, or that it was in when it ended */
  function: string | undefined
  /** what it sends, held until its walk is over */
  held: Entry[] | undefined
}

/** Whether it is still to be handled. */
export const waits = (message: Message): boolean => message.result === undefined

/** The error that it ended with. */
export const reasonOf = ({ result }: Message): unknown => (result?.status === 'rejected' ? result.reason : undefined)

/** A message that waits, for its record. Its source says what it must keep in order with. */
export const makeMessage = (
  source: Source | undefined,
  record: unknown,
  index: number,
  id: unknown,
  eventSource: unknown,
): Message => ({
  record,
  index,
  id: textOrNone(id), // Lambda takes an empty id for no id, and fails the whole batch
  eventSource: textOrNone(eventSource),
  lane: laneOf(source, record, textOrNone(eventSource)),
  body: undefined,
  payload: undefined,
  result: undefined,
  outcome: undefined,
  path: undefined,
  function: undefined,
  held: undefined,
})

/**
 * What a record must keep in order with: its Kinesis batch, or its SQS FIFO message group. A queue is FIFO by the
 * `.fifo` of its ARN; on a standard queue a `MessageGroupId` only marks a tenant.
 *
 * @returns undefined for a record with a lane of its own
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
const laneOf = (source: Source | undefined, record: unknown, eventSource: string | undefined): string | undefined => {
  if (source === 'kinesis') return ''
  return source === 'sqs' && eventSource?.endsWith('.fifo') ? (groupOf({ record }) ?? '') : undefined
}

/** The message group of an SQS record. On a standard queue it only marks a tenant. */
export const groupOf = ({ record }: Pick<Message, 'record'>): string | undefined =>
  textOrNone(ownOf(ownOf(record, 'attributes'), 'MessageGroupId'))

/** The member of a Kinesis record's data that holds its headers: such a record has no attributes. */
export const headersName = 'lpipe'

/** What travelled along with a message: an SQS message attribute, or a member of `lpipe` in a Kinesis record's data. */
export const headerOf = ({ record, body }: Message, name: string): string | undefined => {
  const attribute = ownOf(ownOf(record, 'messageAttributes'), name)
  const value = ownOf(attribute, 'stringValue') ?? ownOf(ownOf(body, headersName), name)
  return typeof value === 'string' ? value : undefined
}

/** @throws InvalidPayloadError that names the record */
export const refuse: (message: Message, why: string) => never = ({ id, index }, why) => {
  throw new InvalidPayloadError(`record ${id ?? index}: ${why}`)
}
