import { invalidConfiguration } from '../language/errors.ts'
import type { Expectation, Rules } from '../language/options.ts'
import { type Queue, queueLabel } from '../language/queue.ts'
import { hopsHeader } from '../outbox/entry/hops.ts'
import { isObject } from '../values.ts'
import { isAttribute, maxAttributes } from './message-attributes.ts'
import { isMessageId } from './message-groups.ts'

/** Attributes that lpipe itself adds. */
const ownAttributes = [hopsHeader]

const text: Expectation = {
  expected: 'a non-empty string or a function',
  accepts: (value) => typeof value === 'function' || (typeof value === 'string' && value !== ''),
}

/** The options of `queue()` that SQS and SNS share. */
export const messageOptions = {
  groupId: text,
  deduplicationId: text,
  attributes: {
    expected: `an object of non-empty strings, at most ${maxAttributes - ownAttributes.length}`,
    accepts: (value) =>
      isObject(value) &&
      !(Symbol.iterator in value) && // a Map
      Object.keys(value).length <= maxAttributes - ownAttributes.length &&
      Object.values(value).every((one) => typeof one === 'string' && one !== ''),
  },
  strictOrder: 'boolean',
} as const satisfies Rules

/**
 * Checks the options that SQS and SNS share.
 *
 * @param service for the error text: `SQS`
 * @param what for the error text: `queue`
 * @throws InvalidConfigurationError for what the service would refuse at each send
 */
export const checkMessageOptions = (queue: Queue, service: string, what: string, isFifo: boolean): void => {
  const { path, options } = queue
  const { groupId, deduplicationId, attributes = {} } = options
  const invalid = (problem: string): never => invalidConfiguration(`queue ${queueLabel(queue)}: ${problem}`)
  for (const [option, value] of Object.entries({ groupId, deduplicationId })) {
    if (typeof value === 'string' && !isMessageId(value)) {
      invalid(`\`${option}\` must have 1 to 128 letters, digits and punctuation characters, no spaces`)
    }
  }
  for (const [attribute, value] of Object.entries(attributes as object)) {
    if (ownAttributes.includes(attribute)) invalid(`the attribute '${attribute}' is lpipe's own`)
    if (!isAttribute(attribute, value)) invalid(`${service} does not accept the attribute '${attribute}'`)
  }
  if (isFifo) {
    if (groupId === undefined && path !== undefined && !isMessageId(path)) {
      invalid('`path` becomes the message group, which must have 1 to 128 characters without spaces; set `groupId`')
    }
    return
  }
  for (const option of ['deduplicationId', 'strictOrder']) {
    if (options[option] !== undefined && options[option] !== false) {
      invalid(`\`${option}\` requires a FIFO ${what}, whose name ends in '.fifo'`)
    }
  }
}
