import type { Entry } from '../adapters/sender.ts'

/** An attribute as SQS and SNS take it. */
export interface MessageAttribute {
  readonly DataType: 'String'
  readonly StringValue: string
}

/**
 * Most attributes of a message. With more, SQS refuses it; SNS discards it where a subscription has raw message delivery.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html
 */
export const maxAttributes = 10

/** @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html */
const attributeName = /^(?!\.|aws\.|amazon\.)(?!.*\.\.)(?!.*\.$)[\w.-]{1,256}$/i

/** Control characters, which XML 1.0 does not allow. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the services refuse
const notXml = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/

/** Whether SQS and SNS accept an attribute. */
export const isAttribute = (name: string, value: unknown): boolean =>
  attributeName.test(name) && typeof value === 'string' && value !== '' && !notXml.test(value) && value.isWellFormed()

/**
 * Returns the attributes of an entry: the queue's first, then as many headers as fit. A service would refuse the entry for a
 * header that is invalid.
 */
export const messageAttributes = ({ queue, headers }: Entry): Readonly<Record<string, MessageAttribute>> => {
  const own = Object.entries((queue.options['attributes'] ?? {}) as Readonly<Record<string, string>>)
  const names = new Set(own.map(([name]) => name))
  const along = Object.entries(headers).filter(([name, value]) => !names.has(name) && isAttribute(name, value))
  return Object.fromEntries(
    [...own, ...along]
      .slice(0, maxAttributes)
      .map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
  )
}

/** Counts the bytes of the body, and of the names, types and values of the attributes. System attributes do not count. */
export const sizeOfMessage = (body: string, attributes: Readonly<Record<string, MessageAttribute>>): number =>
  Object.entries(attributes).reduce(
    (sum, [name, { DataType, StringValue }]) =>
      sum + Buffer.byteLength(name) + DataType.length + Buffer.byteLength(StringValue),
    Buffer.byteLength(body),
  )
