import type { Batch } from './batch.ts'
import { FailCatastrophically } from './errors.ts'
import { groupOf, headerOf, type Message } from './message.ts'
import type { Queue, Sending, TextFrom } from './queue.ts'
import type { Entry, Sender } from './sender.ts'
import { type EntryTrace, entryChannel } from './trace.ts'
import { further, type Trail, textOfTrail, trailName, trailOf } from './trail.ts'
import { isObject, ownOf } from './values.ts'

/** Something to send. */
interface Letter {
  readonly batch: Batch
  readonly message: Message
  readonly sender: Sender
  readonly queue: Queue
  readonly kwargs: unknown
  readonly origin: string
  readonly maxHops: number
}

/**
 * What goes to a queue: `{path, kwargs}` if the queue has a path, else the kwargs. It becomes text at once, so that
 * what the function does with the kwargs later does not change what is sent.
 *
 * @throws FailCatastrophically if it is no JSON, is larger than a call may be, or if an option of the queue cannot be
 * computed from it
 */
export const entryOf = ({ batch, message, sender, queue, kwargs, origin, maxHops }: Letter): Entry => {
  const sending = { kwargs, path: queue.path } as Sending<never>
  const entry = {
    queue,
    body: textOf(queue, queue.path === undefined ? kwargs : { path: queue.path, kwargs }),
    groupId: optionOf(queue, 'groupId', sending),
    deduplicationId: optionOf(queue, 'deduplicationId', sending),
    partitionKey: optionOf(queue, 'partitionKey', sending),
    origin,
    sourceGroup: groupOf(message),
    headers: headersOf(batch, message, queue, maxHops),
    trace: traceOf(message),
  }
  const size = sender.sizeOf(entry)
  if (size > sender.maxBytes) {
    throw new FailCatastrophically(
      `to ${labelOf(queue)}: the message is ${size} bytes, and a call takes ${sender.maxBytes} at most. Send a reference instead`,
    )
  }
  return { ...entry, size }
}

const textOf = (queue: Queue, value: unknown): string => {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch (cause) {
    throw new FailCatastrophically(`to ${labelOf(queue)}: the kwargs are no JSON`, { cause })
  }
  if (text === undefined) throw new FailCatastrophically(`to ${labelOf(queue)}: the kwargs are no JSON`)
  return text.replace(notXml, (sign) => `\\u${sign.charCodeAt(0).toString(16)}`)
}

/**
 * What JSON.stringify leaves and SQS refuses: its texts are XML 1.0. In JSON the escape means the same.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
const notXml = /[\uFFFE\uFFFF]/g

const headersOf = (batch: Batch, message: Message, queue: Queue, maxHops: number): Record<string, string> => {
  const headers = { [trailName]: textOfTrail(hop(message, queue, maxHops)) }
  if (entryChannel.hasSubscribers) entryChannel.publish({ batch, message, queue, headers } satisfies EntryTrace)
  return headers
}

const hop = (message: Message, queue: Queue, maxHops: number): Trail => {
  const trail = further(trailOf(message), labelOf(queue))
  if (trail.hops <= maxHops) return trail
  throw new FailCatastrophically(
    `to ${labelOf(queue)}: the message went through queues ${trail.hops - 1} times already, at last ${trail.through.join(' > ')}. ` +
      'Does the graph feed itself? If not, raise maxHops',
  )
}

/** X-Ray's header: the source record's, else the invocation's. */
const traceOf = (message: Message): string | undefined => {
  const attributes = ownOf(message.record, 'attributes')
  const header = isObject(attributes) ? attributes[traceName] : headerOf(message, traceName)
  return typeof header === 'string' ? header : process.env['_X_AMZN_TRACE_ID']
}

/** SQS has a system attribute for it; Kinesis carries it among the headers. */
const traceName = 'AWSTraceHeader'

type Option = 'groupId' | 'deduplicationId' | 'partitionKey'

const optionOf = (queue: Queue, name: Option, sending: Sending<never>): string | undefined => {
  const option: TextFrom | undefined = queue[name]
  if (typeof option !== 'function') return option
  let text: unknown
  try {
    text = option(sending)
  } catch (cause) {
    throw new FailCatastrophically(`to ${labelOf(queue)}: its ${name} could not be computed`, { cause })
  }
  if (typeof text === 'string' && text !== '') return text
  throw new FailCatastrophically(`to ${labelOf(queue)}: its ${name} must be text and not empty`)
}

/** Names a queue in messages: its type, and its name or URL. */
export const labelOf = ({ type, name, url }: Queue): string => `${type} ${name ?? url}`

/**
 * A name for the source message that is the same when it is delivered again, and that no other message has: a FIFO queue
 * takes what bears the name of another for a copy, and swallows it.
 */
export const originOf = ({ context, source }: Batch, { id, index, record }: Message): string => {
  if (source === 'kinesis') {
    // Shard and sequence number. Other Lambdas may read the same stream, and send to the same queue.
    return `${context.functionName}-${ownOf(record, 'eventID')}-${id}`
  }
  // Lambda repeats an asynchronous event under the same request id. Who calls without one gets no name twice.
  return id ?? `${context.awsRequestId ?? process.getBuiltinModule('node:crypto').randomUUID()}-${index}`
}
