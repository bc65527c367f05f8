import { misconfigured } from './errors.ts'
import { checkOptions } from './options.ts'
import { type OpenPost, openPost } from './post.ts'
import type { Sender } from './sender.ts'
import { isBranded } from './values.ts'

/** What an option of a queue may be computed from. */
export interface Sending<K = unknown> {
  /** what is sent: kwargs, or any JSON value of a payload */
  readonly kwargs: K
  /** the queue's path, if it has one */
  readonly path: string | undefined
}

/** A text, or a function that makes one: `({ kwargs }: Sending<Order>) => kwargs.customer`. */
export type TextFrom = string | ((sending: Sending<never>) => string)

interface QueueBase {
  /** The path in the Lambda behind the queue. With it `{path, kwargs}` is sent, without it the kwargs alone. */
  readonly path?: string
  /** Makes the sender of this queue. `queue` of lpipe-preset sets it; else payloadChain's `senders` do. */
  readonly sender?: () => Sender
}

/** An Amazon SQS queue, by name or by URL. */
export interface SqsQueueOptions extends QueueBase {
  readonly type: 'sqs'
  /** The queue's name, turned into a URL once. A name that ends in `.fifo` is a FIFO queue. */
  readonly name?: string
  /** The queue's URL. */
  readonly url?: string
  /** FIFO: the message group; else the source message's group, else the queue's path, else its name. */
  readonly groupId?: TextFrom
  /** FIFO: at most 128 characters; else derived from the source message, the same at every retry. */
  readonly deduplicationId?: TextFrom
  /** Seconds until a message can be received, 0 to 900. Not for FIFO queues, which have one delay for all. */
  readonly delaySeconds?: number
  /** Message attributes, each of type String. */
  readonly attributes?: Readonly<Record<string, string>>
  /**
   * FIFO: sends one entry of a group in a call. By default a call carries several, and where SQS refuses one of them
   * and accepts a later one of its group, the refused one arrives late.
   */
  readonly strictOrder?: boolean
}

/** An Amazon Kinesis data stream, by name. */
export interface KinesisQueueOptions extends QueueBase {
  readonly type: 'kinesis'
  /** The stream's name. */
  readonly name: string
  /** At most 256 characters; else a hash of the data. */
  readonly partitionKey?: TextFrom
}

/** A queue of a kind of the user's own: its `sender`, or payloadChain's `senders[type]`, sends to it. */
export interface CustomQueueOptions extends QueueBase {
  readonly type: string & {}
  readonly name?: string
  readonly url?: string
}

export type QueueOptions = SqsQueueOptions | KinesisQueueOptions | CustomQueueOptions

const brand: unique symbol = Symbol.for('@lpipe/core:queue') as never

/** A place to send payloads to. */
export interface Queue {
  readonly [brand]: true
  readonly type: string
  readonly name: string | undefined
  readonly url: string | undefined
  readonly path: string | undefined
  readonly groupId: TextFrom | undefined
  readonly deduplicationId: TextFrom | undefined
  readonly partitionKey: TextFrom | undefined
  readonly delaySeconds: number | undefined
  readonly attributes: Readonly<Record<string, string>> | undefined
  readonly strictOrder: boolean
  readonly sender: (() => Sender) | undefined
  /** opens what delivers to queues: it comes along with them, and with nothing else */
  readonly openPost: OpenPost
}

const text = 'text'
const rules = {
  type: text,
  name: text,
  url: text,
  path: text,
  groupId: 'any',
  deduplicationId: 'any',
  partitionKey: 'any',
  delaySeconds: 0,
  attributes: 'an object',
  strictOrder: 'a boolean',
  sender: 'a function',
} as const

/**
 * Names a queue, for an action's `queues` or for a payload.
 *
 * @throws InvalidConfigurationError if it has neither name nor url, or an option that is unknown or wrong
 */
export const queue = (options: QueueOptions): Queue => {
  const who = options?.type ? `queue of type '${options.type}'` : 'queue'
  checkOptions(who, options, rules)
  const given: { readonly [K in keyof typeof rules]?: unknown } = options
  const wrong = (what: string): never => misconfigured(`${who}: ${what}`)
  if (!given.type) wrong("it needs a type, such as 'sqs' or 'kinesis'")
  if (!given.name && !given.url) wrong('it needs a name or a url')
  for (const key of ['groupId', 'deduplicationId', 'partitionKey'] as const) {
    const value = given[key]
    if (value === undefined || typeof value === 'function') continue
    if (typeof value !== 'string' || value === '') wrong(`its ${key} must be text and not empty, or a function`)
  }
  const { delaySeconds = 0, attributes = {} } = given
  if (!(Number.isInteger(delaySeconds) && Number(delaySeconds) <= 900)) {
    wrong('its delaySeconds must be a whole number from 0 to 900')
  }
  if (!Object.values(attributes as object).every((value) => typeof value === 'string')) {
    wrong('its attributes must be an object of texts')
  }
  return Object.freeze({
    [brand]: true as const,
    type: given.type as string,
    name: (given.name as string) || undefined,
    url: (given.url as string) || undefined,
    path: (given.path as string) || undefined,
    groupId: given.groupId as TextFrom | undefined,
    deduplicationId: given.deduplicationId as TextFrom | undefined,
    partitionKey: given.partitionKey as TextFrom | undefined,
    delaySeconds: given.delaySeconds as number | undefined,
    attributes: given.attributes as Queue['attributes'],
    strictOrder: given.strictOrder === true,
    sender: given.sender as (() => Sender) | undefined,
    openPost,
  })
}

/** Whether a value was made by `queue()`. */
export const isQueue = (value: unknown): value is Queue => isBranded(value, brand)
