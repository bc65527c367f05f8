import { isObject } from '@lpipe/core'

/** What a dead letter says to send, and where to. */
export type Original = SqsOriginal | KinesisOriginal

export interface SqsOriginal {
  readonly type: 'sqs'
  readonly arn: Arn
  readonly body: string
  /** the message group, or on a standard queue the tenant */
  readonly groupId: string | undefined
  readonly attributes: Readonly<Record<string, unknown>>
  readonly trace: string | undefined
}

export interface KinesisOriginal {
  readonly type: 'kinesis'
  readonly arn: Arn
  /** base64 */
  readonly data: string
  readonly partitionKey: string
}

/** Where a message came from. */
export interface Arn {
  readonly region: string
  readonly account: string
  /** the queue's or the stream's name */
  readonly name: string
}

/**
 * Reads a dead letter of lpipe.
 *
 * @param text the body of a message in a dead-letter queue
 * @returns what is to be sent, or in words why nothing can be
 */
export const originalIn = (text: string | undefined): Original | string => {
  const letter = parsed(text)
  const record = isObject(letter) ? letter['record'] : undefined
  const source = isObject(letter) ? letter['source'] : undefined
  if (!isObject(letter) || record === undefined || !isObject(source) || !isObject(letter['error'])) {
    return 'it is no dead letter of lpipe'
  }
  const { type } = source
  if (type === 'raw') return 'it came from no queue and no stream, but from an event'
  const arn = arnOf(source['arn'])
  if (arn === undefined || !isObject(record)) return 'it does not say which queue or stream it came from'
  if (type === 'sqs') return sqsOriginal(arn, record)
  if (type === 'kinesis') return kinesisOriginal(arn, record)
  return 'it came from something that redrive does not know'
}

const sqsOriginal = (arn: Arn, record: Readonly<Record<string, unknown>>): SqsOriginal | string => {
  const { body, attributes, messageAttributes } = record
  if (typeof body !== 'string') return 'its record has no body'
  const system = isObject(attributes) ? attributes : {}
  return {
    type: 'sqs',
    arn,
    body,
    groupId: textOf(system['MessageGroupId']),
    attributes: isObject(messageAttributes) ? messageAttributes : {},
    trace: textOf(system['AWSTraceHeader']),
  }
}

const kinesisOriginal = (arn: Arn, { kinesis }: Readonly<Record<string, unknown>>): KinesisOriginal | string => {
  const data = isObject(kinesis) ? textOf(kinesis['data']) : undefined
  const partitionKey = isObject(kinesis) ? textOf(kinesis['partitionKey']) : undefined
  if (data === undefined || partitionKey === undefined) return 'its record has no data, or no partition key'
  return { type: 'kinesis', arn, data, partitionKey }
}

/** `arn:aws:sqs:region:account:name`, or `arn:aws:kinesis:region:account:stream/name`. */
const arnOf = (text: unknown): Arn | undefined => {
  const [prefix, , , region = '', account = '', resource = ''] = typeof text === 'string' ? text.split(':') : []
  const name = resource.slice(resource.lastIndexOf('/') + 1)
  return prefix === 'arn' && region !== '' && name !== '' ? { region, account, name } : undefined
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

const parsed = (text: string | undefined): unknown => {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
