import type { PutRecordsRequestEntry } from '@aws-sdk/client-kinesis'
import type { SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs'
import { deadLetterText } from './expected-run.ts'
import { lineageOf, numberIn, traceHeaderOf } from './marks.ts'
import { contentOf } from './record-formats.ts'
import { type Invocation, type Kwargs, type SourceMessage, type Target, violate, type World } from './world.ts'

/** One entry of a call, whichever service it goes to. */
export interface WireEntry {
  readonly bytes: number
  readonly orderingKey: string | undefined
  readonly deduplicationId: string | undefined
  readonly body: string
  readonly traceHeader: string | undefined
}

export const fromSqs = (entry: SendMessageBatchRequestEntry): WireEntry => {
  const { MessageBody = '', MessageAttributes = {}, MessageSystemAttributes = {} } = entry
  const { MessageGroupId, MessageDeduplicationId } = entry
  const attributes = Object.entries(MessageAttributes).map(([name, one]) => `${name}${one.DataType}${one.StringValue}`)
  return {
    bytes: Buffer.byteLength(MessageBody + attributes.join('')),
    orderingKey: MessageDeduplicationId === undefined ? undefined : MessageGroupId,
    deduplicationId: MessageDeduplicationId,
    body: MessageBody,
    traceHeader: MessageSystemAttributes.AWSTraceHeader?.StringValue,
  }
}

export const fromKinesis = ({ Data = new Uint8Array(), PartitionKey = '' }: PutRecordsRequestEntry): WireEntry => ({
  bytes: Data.byteLength + Buffer.byteLength(PartitionKey),
  orderingKey: PartitionKey,
  deduplicationId: undefined,
  body: Buffer.from(Data).toString(),
  traceHeader: undefined,
})

/** What an entry holds: kwargs, with or without a path; or a dead letter. */
interface EntryBody {
  readonly path?: string
  readonly number?: number
  readonly kwargs?: Kwargs
  readonly record?: unknown
}

const isDeadLetter = (body: EntryBody): boolean => Object.hasOwn(body, 'record')

/** Returns the message that an entry is sent for: it names its number, unless it is anonymous or a dead letter. */
export const sourceOf = (world: World, { body, traceHeader }: WireEntry): SourceMessage => {
  const parsed = JSON.parse(body) as EntryBody
  const own = isDeadLetter(parsed) ? undefined : (parsed.kwargs ?? (parsed as Kwargs)).number
  const number = isDeadLetter(parsed) ? numberIn(contentOf(parsed.record)) : own
  const source =
    number === undefined
      ? world.sources.find((one) => traceHeader?.startsWith(traceHeaderOf(one.number)))
      : world.sources[number]
  // The dead letters of all messages of a record count for its first one.
  if (source !== undefined) return isDeadLetter(parsed) ? (source.record.messages[0] as SourceMessage) : source
  violate(world, 'known ids', `no message is the source of ${body.slice(0, 500)}`)
  throw new Error('for the test')
}

/** What is sent, without what travels along. */
export const textOf = (body: string): string => {
  const parsed = JSON.parse(body) as EntryBody
  return isDeadLetter(parsed) ? deadLetterText : JSON.stringify(parsed.kwargs ?? parsed)
}

/** Lambda counts the rounds of a loop by the lineage in the trace header: what is sent carries that of the invocation. */
export const checkLineage = (
  world: World,
  invocation: Invocation,
  { traceHeader }: WireEntry,
  { key }: Target,
): void => {
  if (traceHeader?.endsWith(lineageOf(invocation.number)) !== true) {
    violate(world, 'lineage', `an entry for ${key} has the trace header ${traceHeader}`)
  }
}
