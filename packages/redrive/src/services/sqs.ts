import type { MessageAttributeValue } from '@aws-sdk/client-sqs'
import { getOwn, isObject, nonEmptyString } from '@lpipe/core/middleware'
import type { Arn } from '../arn.ts'
import type { Clients } from '../sdk.ts'
import type { Service } from './service.ts'

/** Sends the original body with its attributes, its message group or tenant, and its trace header. */
export const sqs: Service = {
  type: 'sqs',
  regionOf: (clients) => clients.sqs.client.config.region(),
  send: async (clients, arn, { body, attributes, groupId, traceHeader }, deadLetterId) => {
    const { client, commands } = clients.sqs
    const command = new commands.SendMessageCommand({
      QueueUrl: await urlOf(clients, arn),
      MessageBody: typeof body === 'string' ? body : Buffer.from(body).toString(),
      MessageAttributes: attributesOf(attributes),
      ...(traceHeader !== undefined && {
        MessageSystemAttributes: { AWSTraceHeader: { DataType: 'String', StringValue: traceHeader } },
      }),
      ...(groupId !== undefined && { MessageGroupId: groupId }),
      // Not the original's, which SQS may remember; but the same if this dead letter is sent back a second time.
      ...(arn.name.endsWith('.fifo') && { MessageDeduplicationId: `redrive-${deadLetterId}` }),
    })
    const { MessageId } = await client.send(command)
    return MessageId
  },
}

const urlOf = async ({ sqs: { client, commands }, urls }: Clients, { text, name, account }: Arn): Promise<string> => {
  const known = urls.get(text)
  if (known !== undefined) return known
  const command = new commands.GetQueueUrlCommand({ QueueName: name, QueueOwnerAWSAccountId: account })
  const { QueueUrl = '' } = await client.send(command)
  urls.set(text, QueueUrl)
  return QueueUrl
}

/** Returns a record's attributes in the form that SQS takes. */
const attributesOf = (attributes: unknown): Record<string, MessageAttributeValue> =>
  Object.fromEntries(
    Object.entries(isObject(attributes) ? attributes : {}).flatMap(
      ([name, value]): [string, MessageAttributeValue][] => {
        const DataType = nonEmptyString(getOwn(value, 'dataType'))
        if (DataType === undefined) return []
        const binary = getOwn(value, 'binaryValue')
        if (typeof binary === 'string') return [[name, { DataType, BinaryValue: Buffer.from(binary, 'base64') }]]
        const text = getOwn(value, 'stringValue')
        return typeof text === 'string' ? [[name, { DataType, StringValue: text }]] : []
      },
    ),
  )
