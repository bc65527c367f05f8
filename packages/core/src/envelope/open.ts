import { parseJson, parseJsonBytes } from '../adapters/decode.ts'
import type { Enclosed, Envelope, MessageContent, OpenedSoFar } from '../adapters/envelope.ts'
import { envelopeHint } from '../adapters/envelope-hint.ts'
import type { EventSource, Headers } from '../adapters/event-source.ts'
import { holdsRounded, markRounded } from '../adapters/numbers.ts'
import { FailCatastrophically, InvalidPayloadError, invalidConfiguration } from '../language/errors.ts'
import { isObject } from '../values.ts'
import { Content } from './content.ts'
import { checkPath, openedBy } from './opened-by.ts'

/** Most envelopes around a message. */
const maxDepth = 10

/** Most bytes that the texts and bytes in the envelopes of a record may have together: two of the largest gzip data. */
const maxBytes = 20 * 1024 * 1024

/** Most messages of a record: the smallest ones that fit into it would take gigabytes as messages. */
const maxMessages = 100_000

/**
 * Most bytes of a batch, and messages. Each record may hold so much that all of them together would not fit into the memory,
 * and Lambda would deliver them again for ever. The first records are always processed.
 */
const maxBatchBytes = 128 * 1024 * 1024
const maxBatchMessages = 250_000

/** What opening a record has found so far. */
interface Opening {
  readonly source: EventSource
  readonly record: unknown
  readonly envelopes: readonly Envelope[]
  /** Undefined while there is none. */
  contents: MessageContent[] | undefined
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
  soFar: OpenedSoFar = { bytes: 0, messages: 0 },
): readonly MessageContent[] => {
  if (soFar.bytes > maxBatchBytes || soFar.messages > maxBatchMessages) return [notOpened()]
  const opening: Opening = { source, record, envelopes, contents: undefined, bytes: 0, excess: undefined }
  const contents = contentsOf(opening)
  soFar.bytes += opening.bytes
  soFar.messages += contents.length
  return contents
}

/** It is not the record's fault: it is delivered again, with fewer records before it. */
const notOpened = (): Content => {
  const text = 'the records before it hold more than 128 MiB or 250,000 messages. Lower `BatchSize`'
  return new Content(0, undefined, new FailCatastrophically(text), true)
}

const contentsOf = (opening: Opening): readonly MessageContent[] => {
  const { source, record } = opening
  const allHeaders = headersOf(source, record)
  try {
    const path = source.pathOf?.(record)
    checkPath('event source', source, path)
    const known: Known = { headers: undefined, allHeaders, path, depth: 0 }
    if (source.bodiesOf !== undefined) for (const body of source.bodiesOf(record) ?? []) open(opening, body, known)
    else if (source.contentOf === undefined) open(opening, source.bodyOf(record), known)
    else open(opening, source.contentOf(record), known, true)
  } catch (error) {
    return [new Content(0, undefined, error, true)]
  }
  return opening.contents ?? []
}

/** Few records have attributes: the headers of the envelopes then need no copy. */
const headersOf = (source: EventSource, record: unknown): Headers | undefined => {
  try {
    const headers = source.headersOf?.(record, undefined)
    for (const _ in headers) return headers
  } catch {
    // They are not needed to open it.
  }
  return undefined
}

/**
 * Opens a content, or makes a message of it. An error ends its message alone.
 *
 * @param isRecord whether it is that of the record, which the source decodes
 */
const open = (opening: Opening, content: unknown, known: Known, isRecord = false): void => {
  const { envelopes, record } = opening
  try {
    let body = content
    let inside = openedBy(envelopes, body, record, known.allHeaders)
    if (inside === undefined && (isRecord || typeof content === 'string' || Buffer.isBuffer(content))) {
      body = decode(opening, content, isRecord)
      if (body !== content) inside = openedBy(envelopes, body, record, known.allHeaders)
    }
    if (inside === undefined) addMessage(opening, body, known)
    else if (Array.isArray(inside)) for (const one of inside) openEnclosed(opening, one, known)
    else openEnclosed(opening, inside as Enclosed, known)
  } catch (error) {
    if (error === opening.excess) throw error
    add(opening, new Content(countOf(opening), known.headers, error, true))
  }
}

const openEnclosed = (opening: Opening, { body, headers, path }: Enclosed, outer: Known): void => {
  const depth = outer.depth + 1
  if (depth > maxDepth) throw new InvalidPayloadError(`it is nested in more than ${maxDepth} envelopes`)
  if (typeof body === 'string' || Buffer.isBuffer(body)) {
    opening.bytes += body.length
    if (opening.bytes > maxBytes) exceed(opening, `${maxBytes} bytes`)
  }
  open(opening, body, {
    headers: merged(outer.headers, headers),
    allHeaders: merged(outer.allHeaders, headers),
    path: path ?? outer.path,
    depth,
  })
}

const merged = (outer: Headers | undefined, inner: Headers | undefined): Headers | undefined => {
  if (inner === undefined) return outer
  return outer === undefined ? inner : { ...outer, ...inner }
}

const addMessage = (opening: Opening, body: unknown, { headers, path }: Known): void => {
  const message = path === undefined || !isObject(body) ? body : { path, kwargs: body }
  if (holdsRounded(body)) markRounded(message as object)
  add(opening, new Content(countOf(opening), headers, message))
}

const countOf = ({ contents }: Opening): number => contents?.length ?? 0

/** Most records hold one message: an array of one is smaller than one that grows. */
const add = (opening: Opening, content: MessageContent): void => {
  if (opening.contents === undefined) opening.contents = [content]
  else if (opening.contents.length === maxMessages) exceed(opening, `${maxMessages} messages`)
  else opening.contents.push(content)
}

const exceed = (opening: Opening, limit: string): never => {
  opening.excess = new InvalidPayloadError(`its envelopes hold more than ${limit}`)
  throw opening.excess
}

/** @throws InvalidConfigurationError for the content of an envelope that is not in the list */
const decode = ({ source, record }: Opening, content: unknown, isRecord: boolean): unknown => {
  try {
    if (isRecord) return source.bodyOf(record, content)
    return typeof content === 'string' ? parseJson(content) : parseJsonBytes(content as Buffer)
  } catch (error) {
    const hint = envelopeHint(content)
    if (hint === undefined) throw error
    return invalidConfiguration(hint)
  }
}
