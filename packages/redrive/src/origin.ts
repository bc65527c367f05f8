import type { Arn } from './arn.ts'
import type { Clients } from './sdk.ts'

/** Sends a record back. @throws if it was not accepted */
export type SendBack = (clients: Clients, arn: Arn, deadLetterId: string) => Promise<unknown>

/** A source whose records can be sent back. */
export interface Origin {
  /** The service in its ARNs. */
  readonly service: string
  /** Returns what sends a record back, or the reason why it cannot be sent back. */
  readonly prepare: (record: Readonly<Record<string, unknown>>) => SendBack | string
  /** The region of its client. */
  readonly regionOf: (clients: Clients) => Promise<string>
}
