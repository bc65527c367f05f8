import type { Arn } from './arn.ts'
import type { Clients } from './sdk.ts'

/** A record as Lambda receives it. */
export type SourceRecord = Readonly<Record<string, unknown>>

/** Sends a record back. @returns the id of the new message or record @throws if it was not accepted */
export type SendBack = (clients: Clients, arn: Arn, deadLetterId: string) => Promise<string | undefined>

/** A source whose records can be sent back. */
export interface Origin {
  /** The service in its ARNs. */
  readonly service: string
  /** Returns the text that was sent; undefined if the record has none. */
  readonly textOf: (record: SourceRecord) => string | undefined
  /** Returns the record with another text. */
  readonly withText: (record: SourceRecord, text: string) => SourceRecord
  /** Returns what sends a record back, or the reason why it cannot be sent back. */
  readonly prepare: (record: SourceRecord) => SendBack | string
  /** The region of its client. */
  readonly regionOf: (clients: Clients) => Promise<string>
}
