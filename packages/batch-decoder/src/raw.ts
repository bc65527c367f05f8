import { type Batch, InvalidPayloadError, isObject, kindOf, type Message, makeMessage } from '@lpipe/core'
import { receive, takeBody, takeText } from './body.ts'
import { isLogsEvent, readLogs } from './logs.ts'
import { textOrNone } from './sqs.ts'

/** RAW: an array of objects or JSON texts, one of either, an EventBridge event, or a CloudWatch Logs subscription's. */
export const decodeRaw = (batch: Batch, event: unknown): void | Promise<void> => {
  if (isLogsEvent(event)) return readLogs(event).then((lines) => takeAll(batch, lines))
  if (!isObject(event) && !Array.isArray(event) && typeof event !== 'string') {
    throw new InvalidPayloadError(`batchDecoder: expected an array, an object or JSON text, got ${kindOf(event)}`)
  }
  takeAll(batch, Array.isArray(event) ? event : [event])
}

const takeAll = (batch: Batch, records: readonly unknown[]): void => {
  for (const [index, record] of records.entries()) {
    const arn = isObject(record) ? textOrNone(record['eventSourceARN']) : undefined
    const message = makeMessage(record, index, undefined, arn)
    const why = typeof record === 'string' ? takeText(message, record) : takeBody(message, record)
    receive(batch, message, why ?? unwrap(message))
  }
}

/** The message of an EventBridge event is its `detail`. */
const unwrap = (message: Message): string | undefined => {
  const { body = {} } = message
  if (!['detail', 'detail-type', 'source'].every((name) => Object.hasOwn(body, name))) return undefined
  message.body = undefined
  return takeBody(message, body['detail'])
}
