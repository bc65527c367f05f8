import { InvalidPayloadError, isObject, kindOf, ownOf } from '@lpipe/core'
import { type Format, parsed } from './decode.ts'
import { readLogs } from './logs.ts'

/** RAW: an object, or JSON text of one. The message of an EventBridge event is its `detail`. */
export const raw: Format = {
  idOf: () => undefined,
  bodyOf: (message) => {
    const { record } = message
    const value = typeof record === 'string' ? parsed(message, record) : record
    return isObject(value) && envelope.every((name) => Object.hasOwn(value, name)) ? value['detail'] : value
  },
}

const envelope = ['detail', 'detail-type', 'source']

/**
 * What a RAW event holds: an array of records, one record, or the lines of a CloudWatch Logs subscription.
 *
 * @throws InvalidPayloadError if it is no such thing
 */
export const rawRecordsOf = (event: unknown): readonly unknown[] => {
  const logs = ownOf(ownOf(event, 'awslogs'), 'data')
  if (typeof logs === 'string') return readLogs(logs)
  if (Array.isArray(event)) return event
  if (isObject(event) || typeof event === 'string') return [event]
  throw new InvalidPayloadError(`batchDecoder: expected an array, an object or JSON text, got ${kindOf(event)}`)
}
