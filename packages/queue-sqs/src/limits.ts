import type { Queue } from '@lpipe/core'
import { checkMessageOptions, messageOptions } from '@lpipe/core/aws'
import { invalidConfiguration, queueLabel, type Rules } from '@lpipe/core/middleware'

/** The options of `queue()` for the type `sqs`. */
export const queueOptions = {
  ...messageOptions,
  delaySeconds: {
    expected: 'a whole number from 0 to 900',
    accepts: (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 900,
  },
} as const satisfies Rules

/** Whether a queue is a FIFO queue: by its name, in which a URL ends. */
export const isFifo = ({ name, url }: Queue): boolean => (name ?? url ?? '').endsWith('.fifo')

/** Returns a queue's name. A URL ends in it. */
export const nameOf = ({ name, url = '' }: Queue): string => name ?? url.slice(url.lastIndexOf('/') + 1)

const queueName = /^[\w-]{1,80}$|^[\w-]{1,75}\.fifo$/

/** Whether it ends in the name of a queue. A path of its own in front of it is that of an emulator or a proxy. */
const isQueueUrl = (url: string): boolean =>
  URL.canParse(url) && /^https?:\/\/.+\//.test(url) && queueName.test(url.slice(url.lastIndexOf('/') + 1))

/** @throws InvalidConfigurationError for what SQS would refuse at each send */
export const checkSqsQueue = (queue: Queue): void => {
  const { name, url, options } = queue
  const invalid = (problem: string): never => invalidConfiguration(`queue ${queueLabel(queue)}: ${problem}`)
  if (url !== undefined && !isQueueUrl(url)) {
    invalid('`url` must be the URL of a queue, for example https://sqs.eu-west-1.amazonaws.com/123456789012/orders')
  }
  if (name !== undefined && url !== undefined && nameOf({ ...queue, name: undefined }) !== name) {
    invalid('`url` is that of another queue than `name`; remove one of them')
  }
  if (name !== undefined && !queueName.test(name)) {
    invalid('`name` must have 1 to 80 characters of A-Z, a-z, 0-9, `-` and `_`, and may end in `.fifo`')
  }
  if (isFifo(queue) && options['delaySeconds'] !== undefined) {
    invalid('a FIFO queue has one delay for all messages; remove `delaySeconds`')
  }
  checkMessageOptions(queue, 'SQS', 'queue', isFifo(queue))
}
