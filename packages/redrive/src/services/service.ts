import type { SentRecord } from '@lpipe/core/middleware'
import type { Arn } from '../arn.ts'
import type { Clients } from '../sdk.ts'

/** A service that records can be sent back to. */
export interface Service {
  /** As ARNs name it. */
  readonly type: string
  /** The region of its client. */
  readonly regionOf: (clients: Clients) => Promise<string>
  /** @returns the id of the new message or record @throws if it was not accepted */
  readonly send: (clients: Clients, arn: Arn, sent: SentRecord, deadLetterId: string) => Promise<string | undefined>
}
