import type { Message } from '@aws-sdk/client-sqs'
import { InvalidConfigurationError } from '@lpipe/core'
import { checkOptions, describeError, errorName, invalidConfiguration } from '@lpipe/core/middleware'
import { type Arn, arnOf } from './arn.ts'
import type { KinesisClient, SQSClient } from './clients.ts'
import { readDeadLetter } from './dead-letter.ts'
import { type IsDestination, readDestinations } from './destinations.ts'
import { type Clients, loadKinesis, loadSqs, type Sqs } from './sdk.ts'

/** Options of `redrive()`. */
export interface RedriveOptions {
  /** The dead-letter queue: its name or its URL. */
  readonly from: string
  /**
   * The queues and streams that may be sent to: ARNs, or names of those in the account and region of the dead-letter queue.
   * Default: none, so that every dead letter stays, with the ARN that it names as the reason. A dead letter does not prove
   * where it came from.
   */
  readonly to?: readonly string[]
  /** The SQS client. Default: one made from the SDK's own environment. */
  readonly client?: SQSClient
  /** The Kinesis client. Default: one made when the first dead letter that came from a stream is sent. */
  readonly kinesis?: KinesisClient
  /** Most dead letters that are read. Default: as many as the queue holds at the beginning. */
  readonly limit?: number
}

/** What `redrive()` did. */
export interface RedriveResult {
  /** Dead letters that were read. */
  readonly received: number
  /** Dead letters that were sent back and deleted. */
  readonly redriven: number
  /** How many were sent to which queue or stream, by name. */
  readonly sent: Readonly<Record<string, number>>
  /** Dead letters that are still in the queue. */
  readonly left: readonly LeftDeadLetter[]
}

/** A dead letter that is still in the queue. */
export interface LeftDeadLetter {
  readonly messageId: string
  readonly reason: string
}

/**
 * Sends the dead letters of lpipe back to where they came from: the original body with its attributes and its message
 * group, or the original data with its partition key. A dead letter is deleted after its queue or stream has accepted the
 * record, never before. One that cannot be sent back, or whose origin `to` does not list, stays and is named in the result.
 *
 * @throws InvalidConfigurationError if an option is wrong, or if the AWS SDK is not installed
 * @throws the AWS SDK's error if the dead-letter queue cannot be read
 * @example
 * const { redriven, left } = await redrive({ from: 'orders-dead-letters', to: ['orders'] })
 */
export const redrive = async (options: RedriveOptions): Promise<RedriveResult> => {
  checkOptions('redrive', options, { from: 'string', to: 'array', client: 'object', kinesis: 'object', limit: 1 })
  const { from, to = [], client, kinesis, limit } = options
  if (!from) invalidConfiguration('redrive: requires `from`: the name or the URL of the dead-letter queue')
  const destinations = readDestinations(to)
  const sqs = await loadSqs(client)
  const QueueUrl = await urlOf(sqs, from)
  const { home, count } = await describeQueue(sqs, QueueUrl)
  const most = limit ?? count
  let connecting: ReturnType<typeof loadKinesis> | undefined
  const clients: Clients = {
    sqs,
    kinesis: () => {
      connecting ??= loadKinesis(kinesis)
      return connecting
    },
    account: home?.account,
    urls: new Map(),
  }
  const isDestination = destinations(home)
  const sent = new Map<string, number>()
  const left: LeftDeadLetter[] = []
  const hidden: Message[] = []
  let received = 0
  let redriven = 0

  const leave = ({ MessageId = '' }: Message, reason: string): void => void left.push({ messageId: MessageId, reason })

  try {
    while (received < most) {
      const messages = await receive(sqs, QueueUrl, Math.min(10, most - received))
      if (messages.length === 0) break
      received += messages.length
      const accepted = new Map<Message, string>()
      try {
        for (const message of messages) {
          const sending = await sendBack(message, clients, isDestination)
          if (sending.reason === undefined) accepted.set(message, sending.name)
          else leave(message, sending.reason)
        }
      } finally {
        const deleted = await remove(sqs, QueueUrl, [...accepted.keys()])
        for (const [message, name] of accepted) {
          sent.set(name, (sent.get(name) ?? 0) + 1)
          if (deleted.has(message)) redriven += 1
          else leave(message, `it was sent to ${name} but could not be deleted: the next redrive sends it again`)
        }
        for (const message of messages) if (!accepted.has(message)) hidden.push(message)
      }
    }
  } finally {
    await show(sqs, QueueUrl, hidden) // at the end, because otherwise they would be received again and again
  }
  return { received, redriven, sent: Object.fromEntries(sent), left }
}

type Sending = { readonly name: string; readonly reason?: undefined } | { readonly reason: string }

/** Sends one dead letter back. Returns the name of the queue or stream that accepted it, or the reason why none did. */
const sendBack = async (message: Message, clients: Clients, isDestination: IsDestination): Promise<Sending> => {
  const original = readDeadLetter(message.Body)
  if (typeof original === 'string') return { reason: original }
  const { arn, origin } = original
  if (!isDestination(arn)) {
    return {
      reason: `\`to\` does not list ${arn.text}, where the dead letter says that it came from. Check that it did before you add it`,
    }
  }
  try {
    const region = await origin.regionOf(clients)
    if (region !== arn.region) return { reason: `it came from region ${arn.region}, but the client is in ${region}` }
    await original.sendBack(clients, arn, message.MessageId ?? '')
    return { name: arn.name }
  } catch (error) {
    if (error instanceof InvalidConfigurationError) throw error
    return { reason: `it could not be sent to ${arn.name}: ${causeOf(error)}` }
  }
}

/** The text of a service may quote the record, so only its code is kept. */
const causeOf = (error: unknown): string =>
  (error as { readonly $fault?: unknown } | null)?.$fault === undefined ? describeError(error) : errorName(error)

const urlOf = async ({ client, commands }: Sqs, from: string): Promise<string> => {
  if (URL.canParse(from)) return from
  const { QueueUrl = '' } = await client.send(new commands.GetQueueUrlCommand({ QueueName: from }))
  return QueueUrl
}

interface DeadLetterQueue {
  readonly home: Arn | undefined
  /** Those that arrive later wait for the next redrive. Otherwise this one might never end. */
  readonly count: number
}

const describeQueue = async ({ client, commands }: Sqs, QueueUrl: string): Promise<DeadLetterQueue> => {
  const { GetQueueAttributesCommand } = commands
  const command = new GetQueueAttributesCommand({
    QueueUrl,
    AttributeNames: ['QueueArn', 'ApproximateNumberOfMessages'],
  })
  const { Attributes = {} } = await client.send(command)
  return { home: arnOf(Attributes['QueueArn']), count: Number(Attributes['ApproximateNumberOfMessages'] ?? 0) }
}

const receive = async ({ client, commands }: Sqs, QueueUrl: string, count: number): Promise<Message[]> => {
  const { Messages = [] } = await client.send(
    new commands.ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: count, WaitTimeSeconds: 1 }),
  )
  return Messages
}

/** Deletes messages. Returns those that were deleted. */
const remove = async (
  { client, commands }: Sqs,
  QueueUrl: string,
  messages: readonly Message[],
): Promise<ReadonlySet<Message>> => {
  if (messages.length === 0) return new Set()
  const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
  try {
    const { Successful = [] } = await client.send(new commands.DeleteMessageBatchCommand({ QueueUrl, Entries }))
    return new Set(Successful.map(({ Id }) => messages[Number(Id)] as Message))
  } catch {
    return new Set() // the result names them
  }
}

/** Makes what stays visible at once. Otherwise it would be hidden for the visibility timeout of the queue. */
const show = async ({ client, commands }: Sqs, QueueUrl: string, messages: readonly Message[]): Promise<void> => {
  for (let from = 0; from < messages.length; from += 10) {
    const Entries = messages.slice(from, from + 10).map(({ ReceiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle,
      VisibilityTimeout: 0,
    }))
    await client.send(new commands.ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries })).catch(() => undefined)
  }
}
