import type { EventSource } from '@lpipe/core'
import {
  BatchMessage,
  type Envelope,
  type InvocationBatch,
  type MessageContent,
  notPromise,
  type OpenedSoFar,
  type Received,
} from '@lpipe/core/middleware'

/** Reads the messages of a record. Undefined is a message whose body the source decodes when it is about to run. */
export type ContentReader = (
  source: EventSource,
  record: unknown,
  soFar: OpenedSoFar,
) => readonly (MessageContent | undefined)[]

/** Returns what reads the messages of a record, undefined if each record is one message. */
export const contentReader = ([envelope, ...others]: readonly Envelope[]): ContentReader | undefined =>
  envelope === undefined
    ? undefined
    : (source, record, soFar) => envelope.open(source, record, [envelope, ...others], soFar)

/** Makes the messages of records: one for each, unless there are envelopes, or the source says that a record holds several. */
export const readMessages = (
  batch: InvocationBatch,
  source: EventSource,
  records: readonly unknown[],
  contentsOf: ContentReader | undefined = source.bodiesOf && bodiesOf,
): Received => {
  if (contentsOf === undefined) {
    return { source, messages: records.map((record, index) => new BatchMessage(source, batch, record, index, index)) }
  }
  const messages: BatchMessage[] = []
  const emptyRecords: BatchMessage[] = []
  const soFar: OpenedSoFar = { bytes: 0, messages: 0 }
  for (const [recordIndex, record] of records.entries()) {
    const contents = contentsOf(source, record, soFar)
    if (contents.length === 0) {
      emptyRecords.push(new BatchMessage(source, batch, record, recordIndex, messages.length))
    }
    for (const content of contents) {
      messages.push(new BatchMessage(source, batch, record, recordIndex, messages.length, content))
    }
  }
  return { source, messages, emptyRecords }
}

/** Returns the bodies of a record. A record that cannot be decoded is one message, which ends with the error. */
const bodiesOf: ContentReader = (source, record) => {
  try {
    const bodies = notPromise(source.bodiesOf?.(record), '`bodiesOf`')
    return bodies?.map((body, position) => ({ body: () => body, position })) ?? [undefined]
  } catch (error) {
    const body = (): never => {
      throw error
    }
    return [{ body, position: 0 }]
  }
}
