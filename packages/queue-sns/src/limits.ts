import { type Queue, UndeliverableError } from '@lpipe/core'
import { type Expectation, invalidConfiguration, isObject, queueLabel, type Rules } from '@lpipe/core/middleware'

/**
 * Most attributes of a message: with more, SQS refuses it from a subscription with raw message delivery, and SNS discards it.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-large-payload-raw-message-delivery.html
 */
export const maxAttributes = 10

/** Attributes that lpipe itself adds. */
const ownAttributes = ['lpipe-trail']

/**
 * Message groups and deduplication ids: 1 to 128 characters, alphanumeric or punctuation.
 *
 * @see https://docs.aws.amazon.com/sns/latest/api/API_PublishBatchRequestEntry.html
 */
const idCharacters = /^[\x21-\x7E]{1,128}$/

/** Whether SNS accepts a text as a message group or deduplication id. */
export const isSnsId = (text: string): boolean => idCharacters.test(text)

/** @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html */
const attributeName = /^(?!\.|aws\.|amazon\.)(?!.*\.\.)(?!.*\.$)[\w.-]{1,256}$/i

/** Control characters, which XML 1.0 does not allow. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what the service refuses
const notXml = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/

/** Whether SNS accepts an attribute. */
export const isAttribute = (name: string, value: unknown): boolean =>
  attributeName.test(name) && typeof value === 'string' && value !== '' && !notXml.test(value) && value.isWellFormed()

/** @see https://docs.aws.amazon.com/sns/latest/api/API_CreateTopic.html */
const topicArn = /^arn:aws[\w-]*:sns:[a-z0-9-]+:\d{12}:(?:[\w-]{1,256}|[\w-]{1,251}\.fifo)$/

const text: Expectation = {
  expected: 'a non-empty string or a function',
  accepts: (value) => typeof value === 'function' || (typeof value === 'string' && value !== ''),
}

/** The options of `queue()` for the type `sns`. */
export const queueOptions = {
  groupId: text,
  deduplicationId: text,
  attributes: {
    expected: `an object of non-empty strings, at most ${maxAttributes - ownAttributes.length}`,
    accepts: (value) =>
      isObject(value) &&
      Object.keys(value).length <= maxAttributes - ownAttributes.length &&
      Object.values(value).every((one) => typeof one === 'string' && one !== ''),
  },
  strictOrder: 'boolean',
} as const satisfies Rules

/** Whether a topic is a FIFO topic. */
export const isFifo = ({ name = '' }: Queue): boolean => name.endsWith('.fifo')

/** Returns the name of a topic: its ARN ends in it. */
export const topicNameOf = ({ name = '' }: Queue): string => name.slice(name.lastIndexOf(':') + 1)

/** @throws InvalidConfigurationError for what SNS would refuse at each send */
export const checkSnsQueue = (queue: Queue): void => {
  const { name, url, path, options } = queue
  const { groupId, deduplicationId, attributes = {} } = options
  const invalid = (problem: string): never => invalidConfiguration(`queue ${queueLabel(queue)}: ${problem}`)
  if (url !== undefined) invalid('a topic has no `url`; set `name` to its ARN')
  if (!topicArn.test(name ?? '')) {
    invalid('`name` must be the ARN of a topic, for example arn:aws:sns:eu-west-1:123456789012:orders')
  }
  for (const [option, value] of Object.entries({ groupId, deduplicationId })) {
    if (typeof value === 'string' && !isSnsId(value)) {
      invalid(`\`${option}\` must have 1 to 128 letters, digits and punctuation characters, no spaces`)
    }
  }
  for (const [attribute, value] of Object.entries(attributes as object)) {
    if (ownAttributes.includes(attribute)) invalid(`the attribute '${attribute}' is lpipe's own`)
    if (!isAttribute(attribute, value)) invalid(`SNS does not accept the attribute '${attribute}'`)
  }
  if (!isFifo(queue)) {
    for (const option of ['deduplicationId', 'strictOrder']) {
      if (options[option] !== undefined && options[option] !== false) {
        invalid(`\`${option}\` requires a FIFO topic, whose name ends in '.fifo'`)
      }
    }
  } else if (groupId === undefined && path !== undefined && !isSnsId(path)) {
    invalid('`path` becomes the message group, which must have 1 to 128 characters without spaces; set `groupId`')
  }
}

/** @throws UndeliverableError if a computed group cannot be one */
export const checkedGroup = (queue: Queue, group: string): string => {
  if (isSnsId(group)) return group
  throw new UndeliverableError(
    `cannot send to ${queueLabel(queue)}: its message group must have 1 to 128 letters, digits and punctuation characters`,
  )
}
