import { InvalidPayloadError } from './errors.ts'
import { checkOptions } from './options.ts'
import { isQueue, type Queue } from './queue.ts'
import { isBranded, isObject, type Kwargs, kindOf } from './values.ts'

const brand: unique symbol = Symbol.for('@lpipe/core:payload') as never

/** Kwargs for one path, or a value for one queue. */
export interface Payload<K = unknown> {
  readonly [brand]: true
  /** the path's name, as it was written; none with `call` */
  readonly path: string | undefined
  readonly queue: Queue | undefined
  /** an object for a path, any JSON value for a queue */
  readonly kwargs: K
  /** the source record's `eventSourceARN` */
  readonly eventSource: string | undefined
}

/** A payload for a path of this Lambda. */
export interface PathPayloadOptions<K extends object> {
  readonly path: string
  readonly kwargs?: K | undefined
  readonly queue?: undefined
}

/** A payload for a queue. */
export interface QueuePayloadOptions<K> {
  readonly queue: Queue
  readonly kwargs?: K | undefined
  readonly path?: undefined
}

/** The bare object, unchecked: for the middlewares, which have checked. */
export const makePayload = <K>(
  path: string | undefined,
  queue: Queue | undefined,
  kwargs: K,
  eventSource?: string,
): Payload<K> => ({ [brand]: true, path, queue, kwargs, eventSource })

const rules = { path: 'any', queue: 'any', kwargs: 'any' }

/**
 * What a function returns to have a path run next, or a queue sent to.
 *
 * @param options `path` with `kwargs`, or `queue` with `kwargs`; kwargs default to `{}`
 * @throws InvalidPayloadError with both or neither of path and queue, or if kwargs for a path are no object
 * @throws InvalidConfigurationError for an unknown option: misspelt kwargs would be taken for none
 */
export function payload<K extends object>(options: PathPayloadOptions<K>): Payload<K>
export function payload<K>(options: QueuePayloadOptions<K>): Payload<K>
export function payload(options: { path?: unknown; queue?: unknown; kwargs?: unknown }): Payload {
  checkOptions('payload', options, rules)
  const { path, queue, kwargs = {} } = options
  if (path && queue) {
    throw new InvalidPayloadError('payload: it has both a path and a queue. Make one payload for each')
  }
  if (queue) {
    if (!isQueue(queue)) {
      throw new InvalidPayloadError(`payload: its queue must be made with queue(), got ${kindOf(queue)}`)
    }
    return makePayload(undefined, queue, kwargs)
  }
  if (!path) {
    throw new InvalidPayloadError('payload: it has neither a path nor a queue. Give it one of them')
  }
  if (typeof path !== 'string') {
    throw new InvalidPayloadError(`payload: its path must be text, got ${kindOf(path)}`)
  }
  if (!isObject(kwargs)) {
    throw new InvalidPayloadError(`payload for path ${path}: its kwargs must be an object, got ${kindOf(kwargs)}`)
  }
  return makePayload(path, undefined, kwargs as Kwargs)
}

/** Whether a value was made by `payload()`. */
export const isPayload = (value: unknown): value is Payload => isBranded(value, brand)

/** The payloads that a function returned: a payload, or an array with payloads in it. Nested ones are not looked for. */
export const payloadsIn = (returned: unknown): readonly Payload[] =>
  typeof returned === 'object' ? (Array.isArray(returned) ? returned : [returned]).filter(isPayload) : []
