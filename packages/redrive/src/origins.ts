import type { Arn } from './arn.ts'
import { kinesisOrigin } from './kinesis.ts'
import type { Clients } from './sdk.ts'
import { sqsOrigin } from './sqs.ts'

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

/** By the name of the source in a dead letter. */
const origins: Readonly<Record<string, Origin>> = { sqs: sqsOrigin, kinesis: kinesisOrigin }

/** The names of the sources, for a text. */
export const originNames = Object.keys(origins).join(' and ')

export const originOf = (name: string | undefined): Origin | undefined =>
  name !== undefined && Object.hasOwn(origins, name) ? origins[name] : undefined
