import { type Batch, isObject } from '@lpipe/core'
import type { Request } from '@middy/core'
import { failedOf, failureOf } from './failures.ts'

/** RAW: a summary, with what the functions returned; or an error, for no part of the event can be kept. */
export const respondToRaw = (batch: Batch, request: Request): void => {
  const failed = failedOf(batch)
  if (failed.length > 0) throw failureOf(failed, 'so the event fails as a whole')
  const output = batch.received.flatMap(({ outcome, result }) =>
    outcome === 'succeeded' && result?.status === 'fulfilled' ? [result.value ?? null] : [],
  )
  request.response = {
    event: 'Finished.',
    stats: { received: batch.received.length, successes: output.length },
    ...(output.every(isEmpty) ? {} : { output }),
  }
}

const isEmpty = (value: unknown): boolean =>
  !value || (Array.isArray(value) && value.length === 0) || (isObject(value) && hasNoMembers(value))

/** A Date has none either, but becomes a text. */
const hasNoMembers = (value: object): boolean => Object.keys(value).length === 0 && !('toJSON' in value)
