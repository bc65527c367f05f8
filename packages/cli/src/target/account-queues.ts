import { InvalidConfigurationError } from '@lpipe/core'
import { isNotInstalled } from '@lpipe/core/middleware'
import { CommandError } from '../command-error.ts'
import type { QueuedMessage, SendRequest } from './target.ts'

/** Sends a message to a queue, or to a stream whose name begins with `kinesis:` or whose ARN is given. */
export const sendTo = async (request: SendRequest): Promise<readonly string[]> => {
  const stream = /^(?:kinesis:|arn:[^:]*:kinesis:[^:]*:[^:]*:stream\/)(?<name>[\w.-]+)$/.exec(request.to)?.groups
  return stream?.['name'] === undefined ? sendToQueue(request) : sendToStream(stream['name'], request)
}

const sendToQueue = async (request: SendRequest): Promise<readonly string[]> => {
  const { to, body, groupId, deduplicationId } = request
  const { client, commands } = await sqs()
  const isFifo = /\.fifo$/.test(to)
  const command = new commands.SendMessageCommand({
    QueueUrl: await urlOf(to),
    MessageBody: body,
    ...(groupId === undefined ? isFifo && { MessageGroupId: 'default' } : { MessageGroupId: groupId }),
    ...(isFifo && { MessageDeduplicationId: deduplicationId ?? crypto.randomUUID() }),
  })
  const { MessageId = '' } = await client.send(command)
  return [MessageId]
}

const sendToStream = async (StreamName: string, { body, partitionKey }: SendRequest): Promise<readonly string[]> => {
  const { KinesisClient, PutRecordCommand } = await load(
    '@aws-sdk/client-kinesis',
    () => import('@aws-sdk/client-kinesis'),
  )
  const command = new PutRecordCommand({
    StreamName,
    Data: Buffer.from(body),
    PartitionKey: partitionKey ?? crypto.randomUUID(),
  })
  const { SequenceNumber = '' } = await new KinesisClient({}).send(command)
  return [SequenceNumber]
}

/** Receives messages, and makes them visible again at once. SQS counts it as a receive. */
export const peekQueue = async (queue: string, limit: number): Promise<readonly QueuedMessage[]> => {
  const { client, commands } = await sqs()
  const QueueUrl = await urlOf(queue)
  const found = new Map<string, QueuedMessage>()
  const handles: string[] = []
  try {
    while (found.size < limit) {
      const { Messages = [] } = await client.send(
        new commands.ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: Math.min(10, limit - found.size),
          VisibilityTimeout: 30,
          WaitTimeSeconds: 1,
          MessageSystemAttributeNames: ['ApproximateReceiveCount', 'MessageGroupId'],
        }),
      )
      if (Messages.length === 0) break
      for (const { MessageId: id = '', ReceiptHandle = '', Body: body = '', Attributes = {} } of Messages) {
        handles.push(ReceiptHandle)
        const receiveCount = Number(Attributes.ApproximateReceiveCount ?? 1)
        found.set(id, { id, receiveCount, groupId: Attributes.MessageGroupId ?? null, body })
      }
    }
  } finally {
    for (const ReceiptHandle of handles) {
      const command = new commands.ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 })
      await client.send(command).catch(() => undefined) // it is visible again after 30 seconds
    }
  }
  return [...found.values()]
}

const urlOf = async (queue: string): Promise<string> => {
  if (URL.canParse(queue) && /^https?:/.test(queue)) return queue
  const [, account, name = queue] = /^arn:[^:]*:sqs:[^:]*:(\d+):(.+)$/.exec(queue) ?? []
  const { client, commands } = await sqs()
  const command = new commands.GetQueueUrlCommand({
    QueueName: name,
    ...(account !== undefined && { QueueOwnerAWSAccountId: account }),
  })
  const { QueueUrl } = await client.send(command)
  if (QueueUrl === undefined) throw new CommandError(`there is no queue ${queue}`)
  return QueueUrl
}

const sqs = async () => {
  const commands = await load('@aws-sdk/client-sqs', () => import('@aws-sdk/client-sqs'))
  return { commands, client: new commands.SQSClient({}) }
}

/** @throws InvalidConfigurationError with the command that installs a package */
export const load = async <T>(name: string, importIt: () => Promise<T>): Promise<T> => {
  try {
    return await importIt()
  } catch (cause) {
    const text = isNotInstalled(cause, name)
      ? `requires the package '${name}'. Install it: npm install --save-dev ${name}`
      : `could not import '${name}'`
    throw new InvalidConfigurationError(text, { cause })
  }
}
