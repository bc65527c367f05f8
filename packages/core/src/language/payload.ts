import {
  getOwn,
  ignoreRejection,
  ignoreRejections,
  isBranded,
  isObject,
  isThenable,
  type Kwargs,
  tryOr,
  typeName,
} from '../values.ts'
import { InvalidPayloadError } from './errors.ts'
import type { Json } from './json.ts'
import { checkOptions } from './options.ts'
import { isQueue, type Queue } from './queue.ts'

const brand: unique symbol = Symbol.for('@lpipe/core:payload') as never

declare const target: unique symbol

/**
 * Kwargs for one path, or a value for one queue. `T` is the name of the path or the type of the queue: the compiler checks it where
 * the graph is made.
 */
export interface Payload<out K = unknown, out T extends string | Queue | undefined = string | Queue | undefined> {
  readonly [brand]: true
  /** Only in the type. */
  readonly [target]?: T
  /** The name of the path, as it was written; undefined for a queue and with `call`. */
  readonly path: string | undefined
  readonly queue: Queue | undefined
  /** An object for a path, any JSON value for a queue. */
  readonly kwargs: K
  /** The ARN of the queue or stream that the message came from. */
  readonly eventSource: string | undefined
}

/** A payload for a path of this Lambda. */
export interface PathPayloadOptions<K extends object, P extends string = string> {
  readonly path: P
  /** Default: `{}`. */
  readonly kwargs?: K | undefined
  readonly queue?: undefined
}

/** A payload for a queue. */
export interface QueuePayloadOptions<
  K,
  C,
  N extends string = string,
  P extends string | undefined = string | undefined,
> {
  readonly queue: Queue<C, N, P>
  readonly kwargs: Sendable<K, NoInfer<C>>
  /** A text, because it is what the compiler shows if no overload of `payload()` accepts a path. */
  readonly path?: 'a payload has path and kwargs, an object, or queue and kwargs' | undefined
}

/** A payload without kwargs, `{}`, for a queue that takes them. */
export interface EmptyQueuePayloadOptions<
  C,
  N extends string = string,
  P extends string | undefined = string | undefined,
> {
  readonly queue: Queue<C, N, P> & (NoKwargs extends C ? unknown : 'the queue requires kwargs')
  readonly kwargs?: undefined
  readonly path?: undefined
}

/** The kwargs for a queue, or what they must be: JSON, and what the queue takes. */
export type Sendable<K, C> = [K] extends [Json<Exclude<K, undefined>> | Default<C>]
  ? [K] extends [C | Default<C>]
    ? K
    : C
  : Json<Exclude<NoInfer<K>, undefined>>

/** Undefined kwargs are `{}`. */
type Default<C> = NoKwargs extends C ? undefined : never

/** The kwargs of a payload that names none. */
type NoKwargs = { readonly [K in never]: unknown }

/** Makes a payload without checks: for middlewares, which have checked. */
export const createPayload = <K, P extends string | undefined>(
  path: P,
  queue: Queue | undefined,
  kwargs: K,
  eventSource?: string,
): Payload<K, P> => ({ [brand]: true, path, queue, kwargs, eventSource })

/**
 * Makes what a function returns so that a path runs next, or so that a queue is sent to. The compiler checks the path and its
 * kwargs where the graph is made, and the kwargs for a queue here.
 *
 * @param options `path` or `queue`, with `kwargs`
 * @throws InvalidPayloadError with both or neither of `path` and `queue`, or if the kwargs for a path are not an object
 * @throws InvalidConfigurationError for an unknown option, because misspelt kwargs would be taken for none
 * @example
 * const order = ({ id }: Order) => payload({ path: 'SHIP', kwargs: { id } })
 */
export function payload<const K extends object = NoKwargs, const P extends string = string>(
  options: PathPayloadOptions<K, P>,
): Payload<K, P>
export function payload<C, N extends string, P extends string | undefined>(
  options: EmptyQueuePayloadOptions<C, N, P>,
): Payload<NoKwargs, Queue<C, N, P>>
export function payload<
  const K,
  C = unknown,
  N extends string = string,
  P extends string | undefined = string | undefined,
>(options: QueuePayloadOptions<K, C, N, P>): Payload<K, Queue<C, N, P>>
export function payload(options: { path?: unknown; queue?: unknown; kwargs?: unknown }): Payload {
  checkOptions('payload', options, { path: 'any', queue: 'any', kwargs: 'any' })
  const { path, queue, kwargs = {} } = options
  if (path && queue) throw new InvalidPayloadError('payload: has both a path and a queue. Make one payload for each')
  if (queue) {
    if (isQueue(queue)) {
      // A promise is refused at the send, which may come late, or never if another one fails first.
      ignoreRejections(kwargs)
      return createPayload(undefined, queue, kwargs)
    }
    throw new InvalidPayloadError(`payload: \`queue\` must be made with queue(), received ${typeName(queue)}`)
  }
  if (!path) throw new InvalidPayloadError('payload: has neither a path nor a queue. Set one of them')
  if (typeof path !== 'string') {
    throw new InvalidPayloadError(`payload: \`path\` must be a string, received ${typeName(path)}`)
  }
  if (!isObject(kwargs)) {
    // Without the path, which may be a value of a message.
    throw new InvalidPayloadError(`payload: \`kwargs\` for a path must be an object, received ${typeName(kwargs)}`)
  }
  return createPayload(path, undefined, kwargs as Kwargs)
}

/** Whether a value was made by `payload()`. */
export const isPayload = (value: unknown): value is Payload => isBranded(value, brand)

const none: readonly Payload[] = Object.freeze([])

/** Returns the payloads that a function returned: a payload, or those in an array. Deeper ones are errors: see `nearPayloadIn`. */
export const payloadsIn = (returned: unknown): readonly Payload[] => {
  if (typeof returned !== 'object' || returned === null) return none
  if (Array.isArray(returned)) return returned.filter(isPayload)
  return isPayload(returned) ? [returned] : none
}

/**
 * Returns why a returned value would lose payloads that it holds, or never run: payloads in a nested array, in a Set or Map
 * or behind a promise in one of these, in the results of `Promise.allSettled()`, and a generator.
 */
export const nearPayloadIn = (returned: unknown): string | undefined => {
  if (!mayHoldPayloads(returned) || isPayload(returned)) return undefined
  // Each object is read once: arrays that share others may lead to it in millions of ways, or hold themselves.
  const outerPlaces = new Map<object, Place | undefined>([[returned, undefined]])
  for (const [object, outer] of outerPlaces) {
    if (isIterator(object)) return 'a generator, whose body never runs. Return an array of payloads'
    const { members, place } = holderFrom(object, outer)
    if (members.some(isThenable)) {
      members.forEach(ignoreRejection)
      return `promises in ${Array.isArray(object) ? 'an array' : place?.name}. Return \`Promise.all(...)\``
    }
    for (const member of members) {
      if (isPayload(member)) {
        if (place !== undefined) return `payloads in ${place.name}. Return ${place.remedy}`
      } else if (mayHoldPayloads(member) || isSettled(member)) {
        outerPlaces.set(member, place ?? nestedArray)
      }
    }
  }
  return undefined
}

/** Where payloads are lost, for error texts. */
interface Place {
  readonly name: string
  readonly remedy: string
}

const nestedArray: Place = { name: 'a nested array', remedy: '`array.flat()`' }
const settledResults: Place = { name: 'the results of `Promise.allSettled()`', remedy: '`Promise.all(...)`' }

/** What may hold payloads. */
interface Holder {
  readonly members: readonly unknown[]
  /** Undefined for the returned array, whose payloads run. */
  readonly place: Place | undefined
}

const mayHoldPayloads = (value: unknown): value is object =>
  typeof value === 'object' &&
  value !== null &&
  (Array.isArray(value) || value instanceof Set || value instanceof Map || isIterator(value))

const isIterator = (value: object): boolean =>
  typeof (value as { readonly next?: unknown }).next === 'function' &&
  (Symbol.iterator in value || Symbol.asyncIterator in value)

/** Whether a value is a result of `Promise.allSettled()`. */
const isSettled = (value: unknown): value is object => tryOr(() => getOwn(value, 'status') === 'fulfilled', false)

/** @param outer the place of what holds it. Undefined for the returned value itself */
const holderFrom = (value: object, outer: Place | undefined): Holder => {
  if (Array.isArray(value)) return { members: value, place: outer }
  if (value instanceof Set || value instanceof Map) {
    const place = { name: `a ${value.constructor.name}`, remedy: 'an array' }
    return { members: [...value.keys(), ...value.values()], place }
  }
  return { members: [tryOr(() => getOwn(value, 'value'), undefined)], place: settledResults }
}
