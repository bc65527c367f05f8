import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs'
import type { SQSMessageAttribute, SQSRecord, SQSRecordAttributes } from 'aws-lambda'

/**
 * Converts a received message to a record of an event.
 *
 * @param hasWindow whether the mapping has a batching window. For a message without attributes Lambda then sets
 * `md5OfMessageAttributes: null`; without a window it leaves the property out.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export const sqsRecord = (
  message: Message,
  eventSourceARN: string,
  awsRegion: string,
  hasWindow: boolean,
): SQSRecord => ({
  messageId: message.MessageId ?? '',
  receiptHandle: message.ReceiptHandle ?? '',
  body: message.Body ?? '',
  attributes: { ...message.Attributes } as unknown as SQSRecordAttributes,
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, attributeOf(value)]),
  ),
  ...md5Of(message, hasWindow),
  md5OfBody: message.MD5OfBody ?? '',
  eventSource: 'aws:sqs',
  eventSourceARN,
  awsRegion,
})

const md5Of = ({ MD5OfMessageAttributes: md5 }: Message, hasWindow: boolean) => {
  if (md5 !== undefined) return { md5OfMessageAttributes: md5 }
  return hasWindow ? { md5OfMessageAttributes: null as unknown as string } : {}
}

const attributeOf = ({ StringValue, BinaryValue, DataType = '' }: MessageAttributeValue): SQSMessageAttribute => ({
  ...(StringValue === undefined ? {} : { stringValue: StringValue }),
  ...(BinaryValue === undefined ? {} : { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
  stringListValues: [],
  binaryListValues: [],
  dataType: DataType as SQSMessageAttribute['dataType'],
})
