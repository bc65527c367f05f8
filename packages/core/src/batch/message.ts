import type { MessageContent } from '../adapters/envelope.ts'
import type { BatchItemIdentifier, EventSource, Headers } from '../adapters/event-source.ts'
import { type Disposition, InvalidPayloadError, invalidConfiguration, type Outcome } from '../language/errors.ts'
import type { Payload } from '../language/payload.ts'
import { isObject, type Kwargs, nonEmptyString, tryOr, typeName } from '../values.ts'

/** A message of a record, and what happened to it. */
export interface Message<K = Kwargs> {
  /** The entry of the event, untouched. */
  readonly record: unknown
  /** The position of the record in the event. */
  readonly recordIndex: number
  /** The position of the message in the batch. The same as that of the record, unless a record holds several messages. */
  readonly index: number
  /** The position of the message in its record. 0, unless a record holds several messages. */
  readonly position: number
  /** What a partial batch response names; undefined if the record has no id, or for RAW events. */
  readonly identifier: BatchItemIdentifier | undefined
  /** The identifier as text, for logs. */
  readonly id: string | undefined
  /** The ARN of its queue or stream. */
  readonly eventSource: string | undefined
  /** The ordering group; undefined if the message keeps no order. */
  readonly group: string | undefined
  /** The decoded body; undefined if it was not decoded, or could not be. */
  readonly body: Kwargs | undefined
  /** The strings that travelled with it: those of its record, and of the envelopes around it. */
  readonly headers: Headers
  /** What is to run; undefined before the message is prepared. */
  readonly payload: Payload<K> | undefined
  /** How the message ended; undefined while it is pending. */
  readonly result: PromiseSettledResult<unknown> | undefined
  /** Derived from the result; undefined while the message is pending. */
  readonly outcome: Outcome | undefined
  /** The path that it is on, or was on when it ended. */
  readonly path: string | undefined
  /** The function that it is in, or was in when it ended. */
  readonly function: string | undefined
}

/** What a message asks its batch. */
export interface MessageBatch {
  readonly event: unknown
  /** Classifies the error of a message: what `outcome` is derived with. */
  readonly classify: (error: unknown, message: Message) => Disposition
}

/** A message as middlewares write it. */
export class BatchMessage implements Message {
  readonly record: unknown
  readonly recordIndex: number
  readonly index: number
  readonly position: number
  readonly identifier: BatchItemIdentifier | undefined
  readonly id: string | undefined
  readonly eventSource: string | undefined
  readonly group: string | undefined
  body: Kwargs | undefined = undefined
  payload: Payload<Kwargs> | undefined = undefined
  result: PromiseSettledResult<unknown> | undefined = undefined
  path: string | undefined = undefined
  function: string | undefined = undefined
  /** Whether it was decoded, normalized and routed. */
  prepared = false
  /** Whether a function of the user runs. Any other error is not the message's fault, and must not drop it. */
  inFunction = false
  readonly #source: EventSource
  readonly #batch: MessageBatch
  readonly #content: MessageContent | undefined

  /** @param content a part of the record, if it holds several messages or envelopes. Default: the source decodes the record */
  constructor(
    source: EventSource,
    batch: MessageBatch,
    record: unknown,
    recordIndex: number,
    index: number,
    content?: MessageContent,
  ) {
    const identifier = identifierFrom(source, source.idOf(record, Array.isArray(batch.event)))
    this.record = record
    this.recordIndex = recordIndex
    this.index = index
    this.position = content?.position ?? 0
    this.identifier = identifier
    this.id = typeof identifier === 'object' ? JSON.stringify(identifier) : nonEmptyString(identifier)
    this.eventSource = textFrom(source, 'arnOf', source.arnOf?.(record))
    this.group = textFrom(source, 'groupOf', source.groupOf?.(record))
    this.#source = source
    this.#content = content
    this.#batch = batch
  }

  /** Decodes the body. Called once, when the message is prepared. */
  decode(): unknown {
    return this.#content === undefined ? this.#source.bodyOf(this.record) : this.#content.body()
  }

  get headers(): Headers {
    const headers = tryOr(() => this.#source.headersOf?.(this.record, this.body), undefined) ?? {}
    const inner = this.#content?.headers
    return inner === undefined ? headers : { ...headers, ...inner }
  }

  get outcome(): Outcome | undefined {
    if (this.result === undefined) return undefined
    return this.result.status === 'fulfilled' ? 'succeeded' : this.#batch.classify(this.result.reason, this)
  }
}

/**
 * Returns a text that a source has read.
 *
 * @throws InvalidConfigurationError for another value: a message without its group would lose its order
 */
const textFrom = (source: EventSource, method: 'arnOf' | 'groupOf', text: unknown): string | undefined => {
  if (typeof text === 'string' || text === undefined) return text
  return text === null ? undefined : throwInvalidReturn(source, method, text, 'a string or undefined')
}

/** Returns what names a record in the response. Lambda takes an empty id for a missing one, and fails the whole batch. */
const identifierFrom = (source: EventSource, id: unknown): BatchItemIdentifier | undefined => {
  if (typeof id === 'string') return nonEmptyString(id)
  if (id === undefined || id === null) return undefined
  const isIdentifier = isObject(id) && typeof id['then'] !== 'function' && Object.keys(id).length > 0
  return isIdentifier
    ? (id as BatchItemIdentifier)
    : throwInvalidReturn(source, 'idOf', id, 'a string, an object or undefined')
}

/** @throws InvalidConfigurationError that names the method of the source */
const throwInvalidReturn = ({ name }: EventSource, method: string, value: unknown, expected: string): never => {
  tryOr(() => value, undefined) // a promise may reject
  return invalidConfiguration(
    `event source ${name}: \`${method}\` must return ${expected}, received ${typeName(value)}`,
  )
}

/** Whether a message has not ended. */
export const isPending = (message: Message): boolean => message.result === undefined

/** Returns the error that a message ended with. */
export const errorOf = ({ result }: Message): unknown => (result?.status === 'rejected' ? result.reason : undefined)

/** Returns the id of a message for logs: its position if it has none. */
export const messageIdOf = ({ id, index }: Message): string | number => id ?? index

/** @throws InvalidPayloadError that names the record */
export const throwInvalidRecord: (message: Message, problem: string) => never = (message, problem) => {
  throw new InvalidPayloadError(`record ${messageIdOf(message)}: ${problem}`)
}
