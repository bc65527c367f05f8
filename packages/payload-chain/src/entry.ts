import {
  type Batch,
  type Entry,
  FailCatastrophically,
  groupOf,
  isObject,
  type Message,
  type Queue,
  type Sender,
  type Sending,
  type TextFrom,
} from '@lpipe/core'

/**
 * What goes to a queue: `{path, kwargs}` if the queue has a path, else the kwargs. It becomes text at once, so that
 * what the function does with the kwargs later does not change what is sent.
 *
 * @throws FailCatastrophically if it is no JSON, is larger than a call may be, or if an option of the queue cannot be
 * computed from it
 */
export const entryOf = (batch: Batch, message: Message, sender: Sender, queue: Queue, kwargs: unknown): Entry => {
  const sending = { kwargs, path: queue.path } as Sending<never>
  const entry = {
    queue,
    body: textOf(queue, queue.path === undefined ? kwargs : { path: queue.path, kwargs }),
    groupId: optionOf(queue, 'groupId', sending),
    deduplicationId: optionOf(queue, 'deduplicationId', sending),
    partitionKey: optionOf(queue, 'partitionKey', sending),
    origin: `${originOf(batch, message)}-${message.held?.length ?? 0}`,
    sourceGroup: groupOf(message),
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
  return text
}

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

/** A name for the source message that is the same when it is delivered again. */
const originOf = ({ context }: Batch, { id, index, record }: Message): string => {
  const event = isObject(record) ? record['eventID'] : undefined // Kinesis: shard and sequence number
  if (typeof event === 'string') return event
  return id ?? `${context.awsRequestId}-${index}` // Lambda repeats an asynchronous event under the same request id
}
