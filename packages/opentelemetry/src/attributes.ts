import type { Batch, Message, Queue } from '@lpipe/core'
import { getOwn, nonEmptyString, tryOr } from '@lpipe/core/middleware'
import type { Attributes } from '@opentelemetry/api'

/** `messaging.system` of a queue, by its type. Other types are their own name. */
const systems: Readonly<Record<string, string>> = {
  sqs: 'aws_sqs',
  kinesis: 'aws.kinesis',
  sns: 'aws.sns',
  eventbridge: 'aws.eventbridge',
}

/** Where a message comes from, or goes to. */
interface Place {
  readonly name: string | undefined
  readonly url: string | undefined
  readonly arn: string | undefined
  /** Undefined for a queue to which entries go. */
  readonly record?: unknown
}

/** The attributes that a messaging system has of its own, by `messaging.system`. */
const systemAttributes: Readonly<Record<string, (place: Place) => Attributes>> = {
  aws_sqs: ({ url }) => optionalAttribute('aws.sqs.queue.url', url),
  'aws.kinesis': ({ name }) => optionalAttribute('aws.kinesis.stream_name', name),
  'aws.sns': ({ arn }) => optionalAttribute('aws.sns.topic.arn', arn),
  kafka: ({ record }) => {
    const offset = getOwn(record, 'offset')
    return typeof offset === 'number' ? { 'messaging.kafka.offset': offset } : {}
  },
}

/**
 * Returns what is known of a message before it runs.
 *
 * @see https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/messaging/messaging-spans.md#process-span
 */
export const processAttributes = ({ source, context }: Batch, message: Message): Attributes => {
  const { record, eventSource, id } = message
  const { system = source?.name ?? 'unknown', trigger = 'other' } = source?.telemetry ?? {}
  const name = destinationOf(source, message)
  return {
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.system': system,
    'faas.trigger': trigger,
    ...optionalAttribute('messaging.destination.name', name),
    ...optionalAttribute(
      'messaging.destination.partition.id',
      tryOr(() => source?.partitionOf?.(record), undefined),
    ),
    ...optionalAttribute('messaging.message.id', id),
    ...optionalAttribute('faas.invocation_id', context.awsRequestId),
    ...systemAttributes[system]?.({ name, url: queueUrlOf(eventSource), arn: eventSource, record }),
  }
}

/** Returns the name of a message's queue, stream, table or topic. The ARN of a Kafka record is that of the cluster. */
export const destinationOf = (source: Batch['source'], { eventSource, record }: Message): string | undefined => {
  if (source?.telemetry?.system === 'kafka') return nonEmptyString(getOwn(record, 'topic'))
  const [, first, second] = /^(?:[^:]*:){5}([^:/]*)(?:\/([^:/]*))?/.exec(eventSource ?? '') ?? []
  return second || first || undefined
}

/** Returns the URL of an SQS queue, from its ARN. */
const queueUrlOf = (arn = ''): string | undefined => {
  const [, partition, region, account, name] = /^arn:([^:]*):sqs:([^:]+):(\d+):([^:/]+)$/.exec(arn) ?? []
  if (partition === undefined) return undefined
  const domain = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'
  return `https://sqs.${region}.${domain}/${account}/${name}`
}

/**
 * Returns what is known of a queue to which entries go.
 *
 * @see https://github.com/open-telemetry/semantic-conventions/blob/v1.44.0/docs/messaging/messaging-spans.md#send-span-client
 */
export const producerAttributes = (operation: 'create' | 'send', queue: Queue): Attributes => {
  const { type, url } = queue
  const system = Object.hasOwn(systems, type) ? (systems[type] as string) : type
  const name = queueName(queue)
  return {
    'messaging.operation.name': operation,
    'messaging.operation.type': operation,
    'messaging.system': system,
    'messaging.destination.name': name,
    ...serverAttributes(url),
    ...systemAttributes[system]?.({ name, url, arn: isArn(queue.name) ? queue.name : undefined }),
  }
}

const isArn = (text = ''): boolean => text.startsWith('arn:')

/** Returns a queue's name. An ARN and a URL end in it; the query of a URL may hold a secret. */
export const queueName = ({ name, url = '', type }: Queue): string =>
  (isArn(name) ? name?.split(/[:/]/).at(-1) : name) ?? (/^[^?#]*\/([^/?#]+)/.exec(url)?.[1] || type)

const serverAttributes = (url: string | undefined): Attributes => {
  const parsed = url === undefined ? undefined : tryOr(() => new URL(url), undefined)
  if (parsed === undefined || parsed.hostname === '') return {}
  const port = Number(parsed.port) || (parsed.protocol === 'http:' ? 80 : 443)
  return { 'server.address': parsed.hostname, 'server.port': port }
}

/** Makes an attribute, if it has a value. */
export const optionalAttribute = (name: string, value: string | undefined): Attributes =>
  value === undefined ? {} : { [name]: value }
