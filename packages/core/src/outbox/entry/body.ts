import { exactJson, InexactJsonError } from '../../batch/exact-json.ts'
import type { Message } from '../../batch/message.ts'
import { safeJson } from '../../batch/safe-json.ts'
import { UndeliverableError } from '../../language/errors.ts'
import { type Queue, queueLabel } from '../../language/queue.ts'
import { quotes } from '../../schema/issue-quotes.ts'
import { tryOr } from '../../values.ts'

/**
 * Makes the JSON text of an entry: `{ path, kwargs }` if the queue has a path, otherwise the kwargs.
 *
 * @throws UndeliverableError if the kwargs are not JSON
 */
export const createBody = (queue: Queue, message: Message, kwargs: unknown): string => {
  const value = queue.path === undefined ? kwargs : { path: queue.path, kwargs }
  let text: string | undefined
  try {
    text = exactJson(value)
  } catch (error) {
    safeJson(value, { maxValues: 10_000 }) // handles the rejections of promises in it
    // mutant: kwargs-not-json
    throw new UndeliverableError(`cannot send to ${queueLabel(queue)}: ${jsonProblem(queue, message, error)}`)
  }
  if (text === undefined) {
    throw new UndeliverableError(`cannot send to ${queueLabel(queue)}: the kwargs cannot be written as JSON`)
  }
  return text.replace(notXml, (sign) => `\\u${sign.charCodeAt(0).toString(16)}`)
}

const jsonProblem = (queue: Queue, message: Message, error: unknown): string => {
  if (error instanceof RangeError) return 'the kwargs are nested too deeply'
  if (!(error instanceof InexactJsonError)) return 'the kwargs cannot be written as JSON'
  const path = queue.path === undefined ? error.path : error.path.slice(1)
  const place = ['kwargs', ...path.map((name) => safeName(message, name))].join('.')
  return `\`${place}\` must be a value that JSON can carry, received ${error.message}`
}

/** A name that the message holds, or that was made from one of its values, may be a secret. */
const safeName = ({ body }: Message, name: string): string => {
  if (/^\d{1,9}$/.test(name)) return name
  const isOfMessage = tryOr(
    () => JSON.stringify(body ?? '').includes(JSON.stringify(name)) || quotes(name, undefined, body),
    true,
  )
  return /^[A-Za-z_$][\w$]{0,49}$/.test(name) && !isOfMessage ? name : '*'
}

/**
 * Characters that JSON.stringify leaves and SQS refuses: its messages are XML 1.0. In JSON the escape means the same.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
const notXml = /[\uFFFE\uFFFF]/g
