import { getOwn, isObject, nonEmptyString } from '@lpipe/core/middleware'

/** Services whose events Lambda polls: a response commits offsets or deletes messages. */
const polled = /^(?:aws:(?:sqs|kinesis|dynamodb|kafka|mq|rmq|docdb)|SelfManagedKafka)$/

/** Members that only the event of one service has. */
const marks: Readonly<Record<string, string>> = {
  deliveryStreamArn: 'Firehose transformation',
  invocationSchemaVersion: 'S3 Batch Operations',
  rmqMessagesByQueue: 'aws:rmq',
}

/** Returns the name of the service that an event or a record says it is from. SNS spells the member with a capital. */
export const serviceOf = (value: unknown): string | undefined =>
  nonEmptyString(getOwn(value, 'eventSource')) ?? nonEmptyString(getOwn(value, 'EventSource'))

/**
 * Returns the name of the service that an event says it is from, if it says so. Such an event must not be taken for one RAW
 * message: the message would be dropped, and the response would commit or delete the whole batch.
 *
 * @param isGiven whether the user set `source: 'raw'`: then only services count whose events Lambda polls
 */
export const foreignServiceIn = (event: unknown, isGiven: boolean): string | undefined => {
  const records = Array.isArray(event) ? event : getOwn(event, 'Records')
  const name = [event, ...(Array.isArray(records) ? records : [])].map(serviceOf).find((one) => one !== undefined)
  if (isGiven) return name !== undefined && polled.test(name) ? name : undefined
  if (name !== undefined) return name
  if (!isObject(event)) return undefined
  if (Object.hasOwn(event, 'Records')) return 'records without `eventSource`'
  const mark = Object.keys(marks).find((one) => Object.hasOwn(event, one))
  return mark === undefined ? undefined : marks[mark]
}
