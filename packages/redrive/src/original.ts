import { isObject } from '@lpipe/core/middleware'
import { unknownSource } from './answers.ts'
import { type Arn, arnOf } from './arn.ts'
import type { DeadLetterMessage } from './dead-letter-message.ts'
import { serviceNames } from './services/index.ts'
import type { RecordSource } from './sources/source.ts'

/** The source of a dead letter, and the queue or stream that its record goes back to. */
export interface Original {
  readonly arn: Arn
  readonly recordSource: RecordSource
}

/**
 * Returns where a dead letter came from, or the reason why it cannot be sent back there.
 *
 * @param recordSource the source that the dead letter names, if it is known
 * @param only where a message goes that does not say where it came from
 */
export const originalOf = (
  letter: DeadLetterMessage,
  recordSource: RecordSource | undefined,
  only: Arn | undefined,
): Original | string => {
  const { kind, truncated, source } = letter
  if (truncated !== null) {
    return 'its record was too large for a dead letter and was truncated, so that the original cannot be sent back'
  }
  if (recordSource === undefined) return unknownSource
  if (recordSource.sentOf === undefined) {
    return `it can be sent back only to ${serviceNames}, and its source is another one`
  }
  const arn = arnOf(source.arn) ?? (kind === 'failed' && source.arn === null ? only : undefined)
  if (kind === 'failed' && arn === undefined) {
    return 'it is not a dead letter of lpipe, and SQS does not say which queue it was moved from. Name that one queue, and no other, in `to`'
  }
  if (kind === 'failed' && source.arn === null && isOnFailureRecord(letter.body)) {
    return 'it is a record of a failed invocation that Lambda wrote, not the message'
  }
  return arn === undefined ? withoutOrigin : { arn, recordSource }
}

/** Why a dead letter stays whose source does not fit the ARN that it names. */
export const withoutOrigin = 'it does not name the queue or stream that it came from'

/** @see https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html */
const isOnFailureRecord = (body: unknown): boolean =>
  isObject(body) && isObject(body['requestContext']) && 'functionArn' in body['requestContext']
