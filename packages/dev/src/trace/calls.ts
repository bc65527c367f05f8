import { isObject, tryOr } from '@lpipe/core/middleware'
import type { ServerCall } from '@lpipe/local/tools'
import { resourceId } from './graph.ts'
import { streamKey } from './record-key.ts'

/** A message that a queue or a stream has accepted. */
export interface AcceptedMessage {
  readonly id: string
  /** The node id of the queue. */
  readonly queue: string
  /** Its position in the call. */
  readonly index: number
  readonly body: string
  readonly groupId?: string
  readonly partitionKey?: string
  readonly attributes: Readonly<Record<string, string>>
}

type Members = Readonly<Record<string, unknown>>

const members = (value: unknown): Members => (isObject(value) ? value : {})
const list = (value: unknown): readonly Members[] => (Array.isArray(value) ? value.map(members) : [])
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const lastPart = (value: unknown): string => text(value).replace(/^.*[:/]/, '')

/** Returns the messages that a call has added. */
export const acceptedIn = ({ operation, request, response }: ServerCall): AcceptedMessage[] =>
  publishers[operation]?.(members(request), text(response)) ??
  readers[operation]?.(members(request), members(response)) ??
  []

const readers: Readonly<Record<string, (request: Members, response: Members) => AcceptedMessage[]>> = {
  SendMessage: (request, response) => sqsMessage(request, request, response['MessageId'], 0),
  SendMessageBatch: (request, response) => {
    const ids = new Map(list(response['Successful']).map(({ Id, MessageId }) => [Id, MessageId]))
    return list(request['Entries']).flatMap((entry, index) =>
      // lpipe's sender names entries by their position. Entries that were refused before are not in this list.
      sqsMessage(request, entry, ids.get(entry['Id']), indexOf(entry['Id'], index)),
    )
  },
  PutRecord: (request, response) => kinesisMessage(request, request, response, 0),
  PutRecords: (request, response) => {
    const results = list(response['Records'])
    return list(request['Records']).flatMap((record, index) =>
      kinesisMessage(request, record, results[index] ?? {}, index),
    )
  },
}

/** SNS takes a form, and answers with XML. */
const publishers: Readonly<Record<string, (request: Members, xml: string) => AcceptedMessage[]>> = {
  Publish: ({ TopicArn, Message }, xml) => {
    const [, id] = /<MessageId>([^<]+)</.exec(xml) ?? []
    return snsMessage(TopicArn, id, Message, 0)
  },
  PublishBatch: (request, xml) => {
    const accepted = [...xml.matchAll(/<member><Id>([^<]+)<\/Id><MessageId>([^<]+)</g)]
    const ids = new Map(accepted.map(([, entry, id]) => [entry, id]))
    const names = Object.keys(request).filter((name) => /^PublishBatchRequestEntries\.member\.\d+\.Id$/.test(name))
    return names.flatMap((name, index) => {
      const entry = text(request[name])
      const message = request[name.replace(/Id$/, 'Message')]
      return snsMessage(request['TopicArn'], ids.get(entry), message, indexOf(entry, index))
    })
  },
}

const snsMessage = (arn: unknown, id: string | undefined, message: unknown, index: number): AcceptedMessage[] =>
  id === undefined ? [] : [{ id, queue: resourceId('sns', lastPart(arn)), index, body: text(message), attributes: {} }]

/** Returns the id of the message of a topic that a body holds, if it is a notification of SNS. */
export const publishedIn = (body: string): string | undefined => {
  if (!body.includes('"Notification"')) return undefined
  const notification = members(tryOr(() => JSON.parse(body), undefined))
  return notification['TopicArn'] === undefined ? undefined : text(notification['MessageId'])
}

const indexOf = (id: unknown, otherwise: number): number => (/^\d+$/.test(text(id)) ? Number(id) : otherwise)

const sqsMessage = (request: Members, entry: Members, id: unknown, index: number): AcceptedMessage[] => {
  if (typeof id !== 'string') return []
  const groupId = text(entry['MessageGroupId'])
  return [
    {
      id,
      queue: resourceId('sqs', lastPart(request['QueueUrl'])),
      index,
      body: text(entry['MessageBody']),
      ...(groupId === '' ? {} : { groupId }),
      attributes: attributesOf(entry['MessageAttributes']),
    },
  ]
}

/** Returns the attributes of a message that are strings or numbers. */
export const attributesOf = (attributes: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(members(attributes)).flatMap(([name, value]) => {
      const { StringValue, stringValue } = members(value)
      const given = StringValue ?? stringValue
      return typeof given === 'string' ? [[name, given]] : []
    }),
  )

const kinesisMessage = (request: Members, entry: Members, result: Members, index: number): AcceptedMessage[] => {
  const { ShardId, SequenceNumber } = result
  if (typeof SequenceNumber !== 'string') return []
  const stream = lastPart(request['StreamName'] ?? request['StreamARN'])
  return [
    {
      id: streamKey(stream, `${text(ShardId)}:${SequenceNumber}`),
      queue: resourceId('kinesis', stream),
      index,
      body: decode(entry['Data']),
      partitionKey: text(entry['PartitionKey']),
      attributes: {},
    },
  ]
}

const decode = (data: unknown): string => tryOr(() => Buffer.from(text(data), 'base64').toString(), '')

/** Returns the message of a record of an event, for one that was not seen when it was sent. */
export const messageOfRecord = (record: Members, id: string): AcceptedMessage => {
  const name = lastPart(record['eventSourceARN'])
  const kinesis = members(record['kinesis'])
  const sns = members(record['Sns'])
  if (record['Sns'] !== undefined) {
    const queue = resourceId('sns', lastPart(sns['TopicArn']))
    return { id, queue, index: 0, body: text(sns['Message']), attributes: {} }
  }
  if (record['kinesis'] === undefined) {
    const groupId = text(members(record['attributes'])['MessageGroupId'])
    return {
      id,
      queue: resourceId('sqs', name),
      index: 0,
      body: text(record['body']),
      ...(groupId === '' ? {} : { groupId }),
      attributes: attributesOf(record['messageAttributes']),
    }
  }
  return {
    id,
    queue: resourceId('kinesis', name),
    index: 0,
    body: decode(kinesis['data']),
    partitionKey: text(kinesis['partitionKey']),
    attributes: {},
  }
}

/** Returns when a record was sent, in milliseconds since 1970. */
export const sentAtOf = (record: Members): number => {
  const seconds = members(record['kinesis'])['approximateArrivalTimestamp']
  if (typeof seconds === 'number') return seconds * 1000
  const published = Date.parse(text(members(record['Sns'])['Timestamp']))
  if (!Number.isNaN(published)) return published
  return Number(members(record['attributes'])['SentTimestamp'] ?? Date.now())
}
