import type { EventSource } from '@lpipe/core'
import { getOwn, isObject, isParsed, nonEmptyString, parseJson, recordsFrom, setOwn } from '@lpipe/core/middleware'

const arnOf = (record: unknown): string | undefined => nonEmptyString(getOwn(record, 'eventSourceARN'))

const attributeOf = (record: unknown, name: string): string | undefined =>
  nonEmptyString(getOwn(getOwn(record, 'attributes'), name))

const contentOf = (record: unknown): unknown => (isObject(record) ? record['body'] : undefined)

/**
 * Amazon SQS: `body` is JSON text. A queue is FIFO if its ARN ends in `.fifo`; on a standard queue `MessageGroupId` is a
 * tenant, without order.
 *
 * @param isGiven whether the user named the source
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export const sqsSource = (isGiven: boolean): EventSource => ({
  name: 'sqs',
  reports: 'each',
  telemetry: { system: 'aws_sqs', trigger: 'pubsub' },
  recordsOf: (event) => recordsFrom(event, 'aws:sqs', isGiven),
  idOf: (record) => nonEmptyString(getOwn(record, 'messageId')),
  bodyOf: (record, body = contentOf(record)) => (isParsed(record, body) ? body : parseJson(body)),
  contentOf,
  arnOf,
  groupOf: (record) => (arnOf(record)?.endsWith('.fifo') ? (attributeOf(record, 'MessageGroupId') ?? '') : undefined),
  senderGroupOf: (record) => attributeOf(record, 'MessageGroupId'),
  deduplicationKeyOf: (record) => nonEmptyString(getOwn(record, 'messageId')),
  headersOf: (record) => {
    const attributes = isObject(record) ? record['messageAttributes'] : undefined
    if (!isObject(attributes)) return {}
    const headers: Record<string, string> = {}
    for (const name in attributes) {
      const value = getOwn(attributes[name], 'stringValue')
      if (typeof value === 'string') setOwn(headers, name, value)
    }
    return headers
  },
  receiveCountOf: (record) => Number(attributeOf(record, 'ApproximateReceiveCount')) || undefined,
  traceHeaderOf: (record) => attributeOf(record, 'AWSTraceHeader'),
})

/**
 * The source `'sqs'` as a value, for a list with sources of your own. It takes events whose records say that they are from
 * SQS.
 *
 * @example
 * middy().use(lpipe({ paths, source: [sqs(), lines()] }))
 */
export const sqs = (): EventSource => sqsSource(false)
