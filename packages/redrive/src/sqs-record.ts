import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs'

/** Returns a message as Lambda would have received it. @param eventSourceARN of the queue that it came from, if it is known */
export const recordOf = (message: Message, eventSourceARN: string | undefined): Readonly<Record<string, unknown>> => ({
  messageId: message.MessageId,
  body: message.Body,
  attributes: message.Attributes ?? {},
  messageAttributes: Object.fromEntries(
    Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, attributeOf(value)]),
  ),
  md5OfBody: message.MD5OfBody,
  eventSource: 'aws:sqs',
  ...(eventSourceARN !== undefined && { eventSourceARN }),
})

const attributeOf = ({
  DataType,
  StringValue,
  BinaryValue,
}: MessageAttributeValue): Readonly<Record<string, unknown>> => ({
  dataType: DataType,
  ...(StringValue !== undefined && { stringValue: StringValue }),
  ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
  stringListValues: [],
  binaryListValues: [],
})
