import { kinesisOrigin } from './kinesis.ts'
import type { Origin } from './origin.ts'
import { sqsOrigin } from './sqs.ts'

/** By the name of the source in a dead letter. */
const origins: Readonly<Record<string, Origin>> = { sqs: sqsOrigin, kinesis: kinesisOrigin }

/** The names of the sources, for a text. */
export const originNames = Object.keys(origins).join(' and ')

export const originOf = (name: string | null): Origin | undefined =>
  name !== null && Object.hasOwn(origins, name) ? origins[name] : undefined
