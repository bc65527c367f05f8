import { isStandardSchema, type StandardSchema } from '../schema/standard-schema.ts'
import { isBranded, isObject, nonEmptyString, typeName } from '../values.ts'
import { queueChannel } from './channels.ts'
import { invalidConfiguration } from './errors.ts'
import { checkOptions, type Rules } from './options.ts'

/** What a type of queue declares about the options of `queue()`. */
export interface QueueType {
  /** The options of `queue()` that this type takes, beside `type`, `name`, `url`, `path` and `sender`. Default: none. */
  readonly queueOptions?: Rules
  /** @throws InvalidConfigurationError if the service would refuse what the queue's options say */
  readonly checkQueue?: (queue: Queue) => void
}

/** Makes the sender of a queue: see `Sender`. It may declare options, so that `queue()` can check them. */
export interface QueueSender extends QueueType {
  (): {
    readonly maxEntries: number
    readonly maxBytes: number
    readonly prepare?: ((entry: never) => unknown) | undefined
  }
}

/** What an option of a queue may be computed from. */
export interface Sending<K = unknown> {
  /** What is sent: kwargs, or any JSON value of a payload. */
  readonly kwargs: K
  /** The queue's path, if it has one. */
  readonly path: string | undefined
}

/** A string, or a function that returns one: `({ kwargs }) => kwargs.customer`. `K` is the type of the kwargs. */
export type TextFrom<K = never> = string | ((sending: Sending<K>) => string)

/** The options of every queue. */
export interface QueueBase {
  /** The path in the Lambda behind the queue. With it `{ path, kwargs }` is sent, without it the kwargs alone. */
  readonly path?: string
  /** The contract of the queue: a Standard Schema. The compiler checks the kwargs that are sent against its input. */
  readonly schema?: StandardSchema
  /**
   * Whether `schema` checks the kwargs before they are sent. Default: false. If it does not accept them, the message that
   * sends them fails with an UndeliverableError. The schema must be synchronous. The kwargs are sent as they are.
   */
  readonly validate?: boolean
  /** Makes the sender of this queue. `queue` of `lpipe-preset` sets it; otherwise `senders` of `payloadChain()` does. */
  readonly sender?: QueueSender
}

/** An Amazon SQS queue, by name or by URL. */
export interface SqsQueueOptions<in K = never> extends QueueBase {
  readonly type: 'sqs'
  /** The queue's name. It is resolved once, with `GetQueueUrl`. A name that ends in `.fifo` is a FIFO queue. */
  readonly name?: string
  /** The queue's URL. */
  readonly url?: string
  /**
   * FIFO queue: the message group; default: the source message's group, otherwise the queue's path, otherwise its name.
   * Standard queue: the tenant, for fair queues; default: the source message's tenant.
   */
  readonly groupId?: TextFrom<K>
  /** FIFO queue: default: derived from the source message and the content, and the same at every retry. */
  readonly deduplicationId?: TextFrom<K>
  /** Seconds until a message can be received, 0 to 900. Not for FIFO queues, which have one delay for all messages. */
  readonly delaySeconds?: number
  /** Message attributes, each of type String, at most 9: lpipe adds one. */
  readonly attributes?: Readonly<Record<string, string>>
  /**
   * FIFO queue: whether a call carries only one entry of each group. Default: false. Then, if SQS refuses an entry and
   * accepts a later one of its group in the same call, the refused one arrives late.
   */
  readonly strictOrder?: boolean
}

/** An Amazon Kinesis data stream, by name. */
export interface KinesisQueueOptions<in K = never> extends QueueBase {
  readonly type: 'kinesis'
  /** The stream's name. */
  readonly name: string
  /** At most 256 characters. Default: a hash of the data. */
  readonly partitionKey?: TextFrom<K>
  /**
   * Whether a call carries only one record of each partition key. Default: true if `partitionKey` is a string, which sets one
   * order for all records; false if it is a function, because each call would carry few records. If false, and Kinesis
   * refuses a record and accepts a later one of its key in the same call, the refused one arrives late.
   */
  readonly strictOrder?: boolean
}

/** A queue of another type. Its sender declares its options. */
export interface CustomQueueOptions extends QueueBase {
  readonly type: string & {}
  readonly name?: string
  readonly url?: string
  readonly [option: string]: unknown
}

/** Options of `queue()`. */
export type QueueOptions = SqsQueueOptions | KinesisQueueOptions | CustomQueueOptions

/** The kwargs that a queue takes: all if nothing is known about them. */
export type Contract<K> = [K] extends [never] ? unknown : K

/**
 * The options of a queue of one type: so that a misspelt option of an SQS queue is not taken for one of a custom type. `V` is the vendor
 * of the schema, never without one. The type of the schema itself would be too deep for TypeScript 5, if it is one of arktype.
 */
export type QueueOptionsOf<
  T extends string,
  K = never,
  N extends string = string,
  P extends string | undefined = string | undefined,
  V extends string = string,
> = {
  readonly type: T
  readonly name?: N
  readonly path?: P
  readonly schema?: StandardSchema<Contract<K>, unknown> & { readonly '~standard': { readonly vendor: V } }
} & (T extends 'sqs'
  ? SqsQueueOptions<K>
  : T extends 'kinesis'
    ? KinesisQueueOptions<K>
    : string extends T
      ? QueueOptions
      : CustomQueueOptions)

const brand: unique symbol = Symbol.for('@lpipe/core:queue') as never
declare const contract: unique symbol

/**
 * A place to send payloads to. Plain data: the sender is made when something is sent. `K` is the type of the kwargs that it takes,
 * `N` its name, and `P` the path that it names.
 */
export interface Queue<
  out K = unknown,
  out N extends string = string,
  out P extends string | undefined = string | undefined,
> {
  readonly [brand]: true
  /** Only in the type. */
  readonly [contract]?: K
  readonly type: string
  readonly name: N | undefined
  readonly url: string | undefined
  readonly path: P | undefined
  /** The options that its type takes, such as `groupId`. */
  readonly options: Readonly<Record<string, unknown>>
  readonly sender: QueueSender | undefined
  readonly schema: StandardSchema<K, unknown> | undefined
  /** Whether `schema` checks the kwargs before they are sent. */
  readonly validate: boolean
}

/** A queue without a schema: `K` is no more than what its callbacks read of the kwargs. */
export interface QueueWithoutSchema<
  out K = unknown,
  out N extends string = string,
  out P extends string | undefined = string | undefined,
> extends Queue<K, N, P> {
  readonly schema: undefined
}

/** What `queue()` returns. `V` is the vendor of the schema, never without one. */
export type QueueOf<K, N extends string, P extends string | undefined, V extends string> = [V] extends [never]
  ? QueueWithoutSchema<Contract<K>, N, P>
  : Queue<Contract<K>, N, P>

const baseRules = {
  type: 'string',
  name: 'string',
  url: 'string',
  path: 'string',
  sender: 'function',
  schema: { expected: 'a Standard Schema', accepts: isStandardSchema },
  validate: 'boolean',
} as const

/**
 * Names a queue, for an action's `queues` or for a payload. With a `schema` the compiler checks what is sent.
 *
 * @throws InvalidConfigurationError if it has neither `name` nor `url`, or an option that its type does not take or that
 * the service would refuse
 * @example
 * const parcels = queue({ type: 'sqs', name: 'parcels', path: 'SHIP' })
 */
export const queue = <
  const T extends string,
  K = unknown,
  const N extends string = string,
  const P extends string | undefined = undefined,
  V extends string = never,
>(
  options: QueueOptionsOf<T, K, N, P, V>,
): QueueOf<K, N, P, V> => {
  if (!isObject(options)) invalidConfiguration(`queue: expected an object of options, received ${typeName(options)}`)
  const given: Readonly<Record<string, unknown>> = options
  const { type, name, url, path, sender, schema, validate, ...rest } = given
  if (!nonEmptyString(type)) invalidConfiguration("queue: `type` must be a non-empty string, for example 'sqs'")
  const queueLabel = `queue of type '${type}'`
  checkOptions(queueLabel, { type, name, url, path, sender, schema, validate }, baseRules)
  if (validate && schema === undefined) invalidConfiguration(`${queueLabel}: \`validate: true\` requires \`schema\``)
  if (!name && !url) invalidConfiguration(`${queueLabel}: requires \`name\` or \`url\``)
  const made = Object.freeze({
    [brand]: true as const,
    type: type as string,
    name: nonEmptyString(name) as N | undefined,
    url: nonEmptyString(url),
    path: nonEmptyString(path) as P | undefined,
    options: Object.freeze(rest),
    sender: sender as QueueSender | undefined,
    schema: schema as StandardSchema<Contract<K>, unknown> | undefined,
    validate: validate === true,
  })
  // A factory that declares nothing makes a sender that may: it is checked at the first send.
  if (made.sender?.queueOptions ?? made.sender?.checkQueue) checkQueue(made, made.sender as QueueSender)
  queueChannel.publish(made)
  return made as QueueOf<K, N, P, V>
}

/**
 * Checks a queue's options with what its type declares.
 *
 * @throws InvalidConfigurationError if it takes no such option, or if the service would refuse its value
 */
export const checkQueue = (queue: Queue, { queueOptions = {}, checkQueue }: QueueType): void => {
  const rules: Rules = { ...baseRules, ...queueOptions }
  checkOptions(`queue of type '${queue.type}'`, { type: queue.type, ...queue.options }, rules)
  checkQueue?.(queue)
}

/** Whether a value was made by `queue()`. */
export const isQueue = (value: unknown): value is Queue => isBranded(value, brand)

/** Returns a queue's type, and its name or URL: for error texts and logs. */
export const queueLabel = ({ type, name, url }: Queue): string => `${type} ${name ?? url}`
