import { isObject } from '@lpipe/core/middleware'
import { type Arn, arnOf } from './arn.ts'
import type { DeadLetterMessage } from './dead-letter-message.ts'
import type { Origin, SourceRecord } from './origin.ts'
import { originNames, originOf } from './origins.ts'

/** The record of a dead letter, and the queue or stream that it goes back to. */
export interface Original {
  readonly arn: Arn
  readonly origin: Origin
  readonly record: SourceRecord
}

/**
 * Returns what is sent back for a dead letter, or the reason why nothing can be.
 *
 * @param only where a message goes that does not say where it came from
 */
export const originalOf = (letter: DeadLetterMessage, only: Arn | undefined): Original | string => {
  const { kind, truncated, source, record } = letter
  if (truncated !== null) {
    return 'its record was too large for a dead letter and was truncated, so that the original cannot be sent back'
  }
  const origin = originOf(source.type)
  if (origin === undefined) return `it can be sent back only to ${originNames}, and its source is another one`
  const arn = arnOf(source.arn) ?? (kind === 'failed' && source.arn === null ? only : undefined)
  if (kind === 'failed' && arn === undefined) {
    return 'it is not a dead letter of lpipe, and SQS does not say which queue it was moved from. Name that one queue, and no other, in `to`'
  }
  if (kind === 'failed' && source.arn === null && isOnFailureRecord(letter.body)) {
    return 'it is a record of a failed invocation that Lambda wrote, not the message'
  }
  if (arn?.service !== origin.service || !isObject(record)) {
    return 'it does not name the queue or stream that it came from'
  }
  return { arn, origin, record }
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html */
const isOnFailureRecord = (body: unknown): boolean =>
  isObject(body) && isObject(body['requestContext']) && 'functionArn' in body['requestContext']
