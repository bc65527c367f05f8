import { getOwn, isObject, nonEmptyString, tryOr } from '@lpipe/core/middleware'
import { type Arn, arnOf } from './arn.ts'
import type { Origin, SendBack } from './origin.ts'
import { originNames, originOf } from './origins.ts'

/** A record to send back, and the queue or stream that the dead letter says it came from. */
export interface Original {
  readonly arn: Arn
  readonly origin: Origin
  readonly sendBack: SendBack
}

/**
 * Reads a dead letter of lpipe.
 *
 * @param text the body of a message in a dead-letter queue
 * @returns the record to send back, or the reason why it cannot be sent back
 */
export const readDeadLetter = (text: string | undefined): Original | string => {
  const deadLetter: unknown = tryOr(() => JSON.parse(text ?? ''), undefined)
  const record = getOwn(deadLetter, 'record')
  const source = getOwn(deadLetter, 'source')
  if (record === undefined || !isObject(source) || !isObject(getOwn(deadLetter, 'error'))) {
    return 'it is not a dead letter of lpipe'
  }
  if (getOwn(deadLetter, 'truncated') !== undefined) {
    return 'its record was too large for a dead letter and was truncated, so that the original cannot be sent back'
  }
  const origin = originOf(nonEmptyString(source['type']))
  if (origin === undefined) return `it can be sent back only to ${originNames}, and its source is another one`
  const arn = arnOf(source['arn'])
  if (arn?.service !== origin.service || !isObject(record)) {
    return 'it does not name the queue or stream that it came from'
  }
  const sendBack = origin.prepare(record)
  return typeof sendBack === 'string' ? sendBack : { arn, origin, sendBack }
}
