import type { KinesisClient } from '@aws-sdk/client-kinesis'
import type { Message, SQSClient } from '@aws-sdk/client-sqs'
import { checkOptions, InvalidConfigurationError, misconfigured } from '@lpipe/core'
import { originalIn } from './letter.ts'
import { loadSqs, type Sqs } from './sdk.ts'
import { makeSendBack } from './send.ts'

export interface RedriveOptions {
  /** the queue of dead letters: its name, or its URL */
  readonly from: string
  /** the SQS client; else one is made from the SDK's own environment */
  readonly client?: SQSClient
  /** the Kinesis client; else one is made when the first letter that came from a stream is read */
  readonly kinesis?: KinesisClient
  /** the most letters that are read; default as many as the queue holds at the beginning */
  readonly limit?: number
}

/** What a redrive did. */
export interface Redriven {
  /** letters that were read */
  readonly received: number
  /** letters that were sent back, and deleted */
  readonly redriven: number
  /** how many went to which queue or stream */
  readonly to: Readonly<Record<string, number>>
  /** letters that are where they were */
  readonly left: readonly LeftLetter[]
}

export interface LeftLetter {
  readonly messageId: string
  readonly reason: string
}

/**
 * Sends the dead letters of lpipe back to where they came from: the original body with its attributes and its message
 * group, or the original data with its partition key. A letter is deleted when the queue or the stream has accepted
 * what was in it, never before. What cannot be sent back stays, and is named in the answer.
 *
 * @throws InvalidConfigurationError for an option that is wrong, or if the AWS SDK is not installed
 * @throws the AWS SDK's error if the queue of dead letters cannot be read
 */
export const redrive = async (options: RedriveOptions): Promise<Redriven> => {
  checkOptions('redrive', options, { from: 'text', client: 'any', kinesis: 'any', limit: 1 })
  const { from, client, kinesis, limit } = options
  if (!from) misconfigured('redrive: it needs the name or the url of a queue: from')
  const sqs = await loadSqs(client)
  const QueueUrl = await urlOf(sqs, from)
  const most = limit ?? (await countOf(sqs, QueueUrl))
  const sendBack = makeSendBack(sqs, kinesis)
  const to = new Map<string, number>()
  const left: LeftLetter[] = []
  const hidden: Message[] = []
  let received = 0
  let redriven = 0

  const stays = ({ MessageId = '' }: Message, reason: string): void => void left.push({ messageId: MessageId, reason })

  /** @returns the name of the queue or stream that accepted what was in the letter */
  const tryBack = async (letter: Message): Promise<string | undefined> => {
    const original = originalIn(letter.Body)
    if (typeof original === 'string') {
      stays(letter, original)
      return undefined
    }
    try {
      await sendBack(original, letter.MessageId ?? '')
      return original.arn.name
    } catch (error) {
      if (error instanceof InvalidConfigurationError) throw error
      stays(letter, `it could not be sent to ${original.arn.name}: ${wordsOf(error)}`)
      return undefined
    }
  }

  try {
    while (received < most) {
      const letters = await receive(sqs, QueueUrl, Math.min(10, most - received))
      if (letters.length === 0) break
      received += letters.length
      const accepted = new Map<Message, string>()
      try {
        for (const letter of letters) {
          const name = await tryBack(letter)
          if (name !== undefined) accepted.set(letter, name)
        }
      } finally {
        const deleted = await remove(sqs, QueueUrl, [...accepted.keys()])
        for (const [letter, name] of accepted) {
          to.set(name, (to.get(name) ?? 0) + 1)
          if (deleted.has(letter)) redriven += 1
          else stays(letter, `it was sent to ${name}, and could not be deleted: another redrive sends it again`)
        }
        for (const letter of letters) if (!accepted.has(letter)) hidden.push(letter)
      }
    }
  } finally {
    await show(sqs, QueueUrl, hidden) // at the end, or they would be read again and again
  }
  return { received, redriven, to: Object.fromEntries(to), left }
}

const urlOf = async ({ client, commands }: Sqs, from: string): Promise<string> => {
  if (URL.canParse(from)) return from
  const { QueueUrl = '' } = await client.send(new commands.GetQueueUrlCommand({ QueueName: from }))
  return QueueUrl
}

/** How many letters wait. What is dropped again meanwhile is for the next redrive, or this one would never end. */
const countOf = async ({ client, commands }: Sqs, QueueUrl: string): Promise<number> => {
  const command = new commands.GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] })
  const { Attributes } = await client.send(command)
  return Number(Attributes?.['ApproximateNumberOfMessages'] ?? 0)
}

const receive = async ({ client, commands }: Sqs, QueueUrl: string, count: number): Promise<Message[]> => {
  const { Messages = [] } = await client.send(
    new commands.ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: count, WaitTimeSeconds: 1 }),
  )
  return Messages
}

/** @returns those that were deleted */
const remove = async (
  { client, commands }: Sqs,
  QueueUrl: string,
  letters: readonly Message[],
): Promise<ReadonlySet<Message>> => {
  if (letters.length === 0) return new Set()
  const Entries = letters.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }))
  try {
    const { Successful = [] } = await client.send(new commands.DeleteMessageBatchCommand({ QueueUrl, Entries }))
    return new Set(Successful.map(({ Id }) => letters[Number(Id)] as Message))
  } catch {
    return new Set() // the answer names them
  }
}

/** Lets others see at once what stays; else it is hidden for the visibility timeout of the queue. */
const show = async ({ client, commands }: Sqs, QueueUrl: string, letters: readonly Message[]): Promise<void> => {
  for (let from = 0; from < letters.length; from += 10) {
    const Entries = letters.slice(from, from + 10).map(({ ReceiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle,
      VisibilityTimeout: 0,
    }))
    await client.send(new commands.ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries })).catch(() => undefined)
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error))
