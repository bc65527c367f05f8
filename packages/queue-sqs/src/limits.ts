import { type Queue, UndeliverableError } from '@lpipe/core'
import { type Expectation, invalidConfiguration, isObject, queueLabel, type Rules } from '@lpipe/core/middleware'

/** Most attributes of a message. @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
export const maxAttributes = 10

/** Attributes that lpipe itself adds. */
const ownAttributes = ['lpipe-trail']

/**
 * Message groups and deduplication ids: 1 to 128 characters, alphanumeric or punctuation.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
const idCharacters = /^[\x21-\x7E]{1,128}$/

/** Whether SQS accepts a text as a message group or deduplication id. */
export const isSqsId = (text: string): boolean => idCharacters.test(text)

const attributeName = /^(?!\.|aws\.|amazon\.)(?!.*\.\.)(?!.*\.$)[\w.-]{1,256}$/i

/** Control characters, which XML 1.0 does not allow. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what SQS refuses
const notXml = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/

/** Whether SQS accepts an attribute. */
export const isAttribute = (name: string, value: unknown): boolean =>
  attributeName.test(name) && typeof value === 'string' && value !== '' && !notXml.test(value) && value.isWellFormed()

const text: Expectation = {
  expected: 'a non-empty string or a function',
  accepts: (value) => typeof value === 'function' || (typeof value === 'string' && value !== ''),
}

/** The options of `queue()` for the type `sqs`. */
export const queueOptions = {
  groupId: text,
  deduplicationId: text,
  delaySeconds: {
    expected: 'a whole number from 0 to 900',
    accepts: (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 900,
  },
  attributes: {
    expected: `an object of non-empty strings, at most ${maxAttributes - ownAttributes.length}`,
    accepts: (value) =>
      isObject(value) &&
      Object.keys(value).length <= maxAttributes - ownAttributes.length &&
      Object.values(value).every((one) => typeof one === 'string' && one !== ''),
  },
  strictOrder: 'boolean',
} as const satisfies Rules

/** Whether a queue is a FIFO queue: by its name, in which a URL ends. */
export const isFifo = ({ name, url }: Queue): boolean => (name ?? url ?? '').endsWith('.fifo')

/** Returns a queue's name. A URL ends in it. */
export const nameOf = ({ name, url = '' }: Queue): string => name ?? url.slice(url.lastIndexOf('/') + 1)

/** @throws InvalidConfigurationError for what SQS would refuse at each send */
export const checkSqsQueue = (queue: Queue): void => {
  const { name, url, path, options } = queue
  const { groupId, deduplicationId, attributes = {} } = options
  const invalid = (problem: string): never => invalidConfiguration(`queue ${queueLabel(queue)}: ${problem}`)
  if (url !== undefined && !URL.canParse(url)) invalid('`url` must be the URL of a queue')
  if (name !== undefined && !/^[\w-]{1,80}$|^[\w-]{1,75}\.fifo$/.test(name)) {
    invalid('`name` must have 1 to 80 characters of A-Z, a-z, 0-9, `-` and `_`, and may end in `.fifo`')
  }
  for (const [option, value] of Object.entries({ groupId, deduplicationId })) {
    if (typeof value === 'string' && !isSqsId(value)) {
      invalid(`\`${option}\` must have 1 to 128 letters, digits and punctuation characters, no spaces`)
    }
  }
  for (const [attribute, value] of Object.entries(attributes as object)) {
    if (ownAttributes.includes(attribute)) invalid(`the attribute '${attribute}' is lpipe's own`)
    if (!isAttribute(attribute, value)) invalid(`SQS does not accept the attribute '${attribute}'`)
  }
  if (!isFifo(queue)) {
    for (const option of ['deduplicationId', 'strictOrder']) {
      if (options[option] !== undefined && options[option] !== false) {
        invalid(`\`${option}\` requires a FIFO queue, whose name ends in '.fifo'`)
      }
    }
  } else if (options['delaySeconds'] !== undefined) {
    invalid('a FIFO queue has one delay for all messages; remove `delaySeconds`')
  } else if (groupId === undefined && path !== undefined && !isSqsId(path)) {
    invalid('`path` becomes the message group, which must have 1 to 128 characters without spaces; set `groupId`')
  }
}

/** @throws UndeliverableError if a computed group cannot be one */
export const checkedGroup = (queue: Queue, group: string): string => {
  if (isSqsId(group)) return group
  throw new UndeliverableError(
    `cannot send to ${queueLabel(queue)}: its message group must have 1 to 128 letters, digits and punctuation characters`,
  )
}
