import { parseJson, parseJsonBytes } from '../adapters/decode.ts'
import type { Enclosed, Envelope, MessageContent } from '../adapters/envelope.ts'
import { envelopeHint } from '../adapters/envelope-hint.ts'
import type { EventSource, Headers } from '../adapters/event-source.ts'
import {
  dispositionOf,
  errorMessage,
  FailCatastrophically,
  InvalidPayloadError,
  invalidConfiguration,
} from '../language/errors.ts'
import { isObject, notPromise, tryOr, typeName } from '../values.ts'

/** Most envelopes around a message. */
const maxDepth = 10

/** Most bytes that the texts and bytes in the envelopes of a record may have together: two of the largest gzip data. */
const maxBytes = 20 * 1024 * 1024

/** Most messages of a record: the smallest ones that fit into it would take gigabytes as messages. */
const maxMessages = 100_000

/** What opening a record has found so far. */
interface Opening {
  readonly source: EventSource
  readonly record: unknown
  readonly envelopes: readonly Envelope[]
  readonly contents: MessageContent[]
  bytes: number
  /** The record is larger than a limit. */
  excess: InvalidPayloadError | undefined
}

/** What is known about a content. */
interface Known {
  /** The strings of the envelopes around it. */
  readonly headers: Headers | undefined
  /** Those of the record too. */
  readonly allHeaders: Headers | undefined
  readonly path: string | undefined
  /** The number of envelopes around it. */
  readonly depth: number
}

/** Returns the messages of a record. What cannot be opened is one message, which ends with the error. */
export const openRecord = (
  source: EventSource,
  record: unknown,
  envelopes: readonly Envelope[],
): readonly MessageContent[] => {
  const opening: Opening = { source, record, envelopes, contents: [], bytes: 0, excess: undefined }
  const allHeaders = presentHeaders(tryOr(() => source.headersOf?.(record, undefined), undefined))
  const known: Known = { headers: undefined, allHeaders, path: undefined, depth: 0 }
  try {
    if (source.bodiesOf !== undefined)
      for (const body of source.bodiesOf(record) ?? []) open(opening, body, known, parse)
    else if (source.contentOf === undefined) open(opening, source.bodyOf(record), known, parse)
    else open(opening, source.contentOf(record), known, () => source.bodyOf(record))
  } catch (error) {
    return [contentOf(0, undefined, throwing(error))]
  }
  return opening.contents
}

/** Opens a content, or makes a message of it. An error ends its message alone. */
const open = (opening: Opening, content: unknown, known: Known, decode: (content: unknown) => unknown): void => {
  try {
    let inside = insideOf(opening, content, known)
    let body = content
    if (inside === undefined) {
      body = decodeContent(content, decode)
      if (body !== content) inside = insideOf(opening, body, known)
    }
    if (inside === undefined) {
      const { path } = known
      const message = path === undefined || !isObject(body) ? body : { path, kwargs: body }
      add(opening, known, () => message)
    } else if (Array.isArray(inside)) for (const one of inside) openEnclosed(opening, one, known)
    else openEnclosed(opening, inside as Enclosed, known)
  } catch (error) {
    if (error === opening.excess) throw error
    add(opening, known, throwing(error))
  }
}

const openEnclosed = (opening: Opening, { body, headers, path }: Enclosed, outer: Known): void => {
  const depth = outer.depth + 1
  if (depth > maxDepth) throw new InvalidPayloadError(`it is nested in more than ${maxDepth} envelopes`)
  if (typeof body === 'string' || Buffer.isBuffer(body)) {
    opening.bytes += body.length
    if (opening.bytes > maxBytes) exceed(opening, `${maxBytes} bytes`)
  }
  const known: Known = {
    headers: merged(outer.headers, headers),
    allHeaders: merged(outer.allHeaders, headers),
    path: path ?? outer.path,
    depth,
  }
  open(opening, body, known, parse)
}

const none: Headers = Object.freeze({})

/** Few records have attributes: those of the envelopes then need no copy. */
const presentHeaders = (headers: Headers | undefined): Headers | undefined => {
  for (const _ in headers) return headers
  return undefined
}

const merged = (outer: Headers | undefined, inner: Headers | undefined): Headers | undefined => {
  if (inner === undefined) return outer
  return outer === undefined ? inner : { ...outer, ...inner }
}

/** Returns what the first envelope that opens a body has inside. */
const insideOf = (
  { envelopes, record }: Opening,
  body: unknown,
  { allHeaders }: Known,
): Enclosed | readonly Enclosed[] | undefined => {
  for (const envelope of envelopes) {
    const inside = callEnvelope(envelope, body, record, allHeaders ?? none)
    if (inside !== undefined) return inside
  }
  return undefined
}

const add = (opening: Opening, { headers }: Known, body: () => unknown): void => {
  const { contents } = opening
  if (contents.length === maxMessages) exceed(opening, `${maxMessages} messages`)
  contents.push(contentOf(contents.length, headers, body))
}

const contentOf = (position: number, headers: Headers | undefined, body: () => unknown): MessageContent =>
  headers === undefined ? { body, position } : { body, position, headers }

const throwing = (error: unknown) => (): never => {
  throw error
}

const exceed = (opening: Opening, limit: string): never => {
  opening.excess = new InvalidPayloadError(`its envelopes hold more than ${limit}`)
  throw opening.excess
}

/** Calls an envelope. What it throws beside the errors of lpipe must not drop the message. */
const callEnvelope = (
  { name, opens }: Envelope,
  body: unknown,
  record: unknown,
  headers: Headers,
): Enclosed | readonly Enclosed[] | undefined => {
  try {
    const inside = notPromise(opens(body, record, headers), '`opens`')
    if (Array.isArray(inside)) for (const one of inside) checkPath(name, one)
    else if (inside !== undefined) checkPath(name, inside as Enclosed)
    return inside
  } catch (cause) {
    if (dispositionOf(cause) !== undefined) throw cause
    throw new FailCatastrophically(`the envelope ${name} threw ${errorMessage(cause)}`, { cause })
  }
}

/** @throws InvalidConfigurationError if the user's function returned something else than a path */
const checkPath = (name: string, { path }: Enclosed): void => {
  if (path === undefined || (typeof path === 'string' && path !== '')) return
  const received = path === '' ? 'an empty string' : typeName(path)
  invalidConfiguration(`envelope ${name}: \`path\` must be a non-empty string, received ${received}`)
}

/** @throws InvalidConfigurationError for the content of an envelope that is not in the list */
const decodeContent = (content: unknown, decode: (content: unknown) => unknown): unknown => {
  try {
    return decode(content)
  } catch (error) {
    const hint = envelopeHint(content)
    if (hint === undefined) throw error
    return invalidConfiguration(hint)
  }
}

const parse = (content: unknown): unknown => {
  if (typeof content === 'string') return parseJson(content)
  return Buffer.isBuffer(content) ? parseJsonBytes(content) : content
}
