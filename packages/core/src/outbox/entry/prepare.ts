import type { Entry, Prepared, Sender } from '../../adapters/sender.ts'
import { UndeliverableError } from '../../language/errors.ts'
import { queueLabel } from '../../language/queue.ts'
import { notPromise, typeName } from '../../values.ts'
import { callSender, checkText } from './call-sender.ts'
import { hopsHeader } from './hops.ts'

/**
 * Lets the sender turn an entry into the form that its service takes. If that is too large, headers of observers are removed.
 *
 * @throws UndeliverableError if it is larger than the sender takes
 */
export const prepareEntry = (sender: Sender, entry: Entry): Prepared => {
  const { queue, headers } = entry
  const prepare = (): Prepared => callSender(queue, 'prepare', () => checkPrepared(sender.prepare(entry)))
  const limit = sender.maxEntryBytes ?? sender.maxBytes
  let prepared = prepare()
  if (!(prepared.size <= limit) && removeTraces(headers as Record<string, string>)) prepared = prepare()
  if (prepared.size <= limit) return prepared
  throw new UndeliverableError(
    `cannot send to ${queueLabel(queue)}: the message has ${prepared.size} bytes, and the limit is ${limit}. Send a reference instead`,
  )
}

/** Removes the headers of observers: a trace must not make a message too large. Returns whether there were any. */
const removeTraces = (headers: Record<string, string>): boolean => {
  const names = Object.keys(headers).filter((name) => name !== hopsHeader)
  for (const name of names) delete headers[name]
  return names.length > 0
}

/** Order would be lost by a key of another type: two promises are two keys. */
const checkPrepared = (prepared: Prepared): Prepared => {
  const { size, orderingKey } = notPromise(prepared, 'it')
  if (typeof size !== 'number' || !(size >= 0)) {
    throw new TypeError(`\`size\` must be a number of at least 0, received ${typeName(size)}`)
  }
  if (orderingKey !== undefined) checkText(orderingKey, '`orderingKey`')
  return prepared
}
