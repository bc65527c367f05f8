import type { Entry } from '../../adapters/sender.ts'
import { invalidConfiguration, UndeliverableError } from '../../language/errors.ts'
import { queueLabel, type Sending } from '../../language/queue.ts'
import { ignoreRejection, isThenable, nonEmptyString, toPromise, typeName } from '../../values.ts'

/**
 * Returns a queue's option that is a string, or computes it.
 *
 * @throws UndeliverableError if what is sent has none: a retry would compute the same
 * @throws InvalidConfigurationError if its function is asynchronous
 */
export const optionText = ({ queue, sending }: Entry, name: string): string | undefined => {
  const option = queue.options[name]
  if (typeof option !== 'function') return nonEmptyString(option)
  let text: unknown
  try {
    text = (option as (sending: Sending) => unknown)(sending)
  } catch (cause) {
    throw new UndeliverableError(`cannot send to ${queueLabel(queue)}: its \`${name}\` threw`, { cause })
  }
  if (typeof text === 'string' && text !== '') return text
  const must = `cannot send to ${queueLabel(queue)}: its \`${name}\` must return a non-empty string, received`
  if (isThenable(text)) {
    ignoreRejection(toPromise(text)) // an asynchronous function may reject
    return invalidConfiguration(`${must} a promise`)
  }
  throw new UndeliverableError(`${must} ${text === '' ? 'an empty string' : typeName(text)}`)
}
