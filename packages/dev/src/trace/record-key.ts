import { isObject } from '@lpipe/core/middleware'

/** Returns the id of a message from its record in an event: see `api/types.ts`. Undefined if the record has none. */
export const recordKey = (record: unknown): string | undefined => {
  if (!isObject(record)) return undefined
  const { messageId, eventID, eventSourceARN, Sns } = record
  if (typeof messageId === 'string') return messageId
  if (isObject(Sns) && typeof Sns['MessageId'] === 'string') return Sns['MessageId']
  if (typeof eventID !== 'string') return undefined
  return streamKey(String(eventSourceARN).replace(/^.*[:/]/, ''), eventID)
}

/** Returns the id of a record of a stream. `eventID` is the shard, a colon and the sequence number. */
export const streamKey = (stream: string, eventID: string): string => `${stream}:${eventID}`

/** Returns what a partial batch response names a record by. */
export const identifierOf = (record: object): string => {
  const { messageId, kinesis } = record as {
    readonly messageId?: string
    readonly kinesis?: { readonly sequenceNumber?: string }
  }
  return messageId ?? kinesis?.sequenceNumber ?? ''
}
