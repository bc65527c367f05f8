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

/** Returns the messages of a record. What cannot be opened is one message, which ends with the error. */
export const openRecord = (
  source: EventSource,
  record: unknown,
  envelopes: readonly Envelope[],
): readonly MessageContent[] => new RecordOpener(source, record, envelopes).open()

/** What is known about a content. */
interface Known {
  readonly headers: Headers | undefined
  readonly path: string | undefined
  /** The number of envelopes around it. */
  readonly depth: number
}

class RecordOpener {
  readonly #source: EventSource
  readonly #record: unknown
  readonly #envelopes: readonly Envelope[]
  readonly #recordHeaders: Headers
  #contents: MessageContent[] = []
  #bytes = 0
  /** The record is larger than a limit. */
  #excess: InvalidPayloadError | undefined = undefined

  constructor(source: EventSource, record: unknown, envelopes: readonly Envelope[]) {
    this.#source = source
    this.#record = record
    this.#envelopes = envelopes
    this.#recordHeaders = tryOr(() => source.headersOf?.(record, undefined), undefined) ?? {}
  }

  open(): readonly MessageContent[] {
    const [source, record] = [this.#source, this.#record]
    const known: Known = { headers: undefined, path: undefined, depth: 0 }
    try {
      if (source.bodiesOf !== undefined) {
        for (const body of source.bodiesOf(record) ?? []) this.#open(body, known, () => body)
      } else {
        const decode = (): unknown => source.bodyOf(record)
        this.#open(source.contentOf === undefined ? decode() : source.contentOf(record), known, decode)
      }
    } catch (error) {
      this.#contents = []
      this.#fail(error, known)
    }
    return this.#contents
  }

  /** Opens a content, or makes a message of it. An error ends its message alone. */
  #open(content: unknown, known: Known, decode: () => unknown): void {
    try {
      let body = content
      let inside = this.#inside(content, known)
      if (inside === undefined) {
        body = decoded(content, decode)
        if (body !== content) inside = this.#inside(body, known)
      }
      if (inside === undefined) this.#add(() => withPath(body, known.path), known)
      else for (const one of inside) this.#openEnclosed(one, known)
    } catch (error) {
      if (error === this.#excess) throw error
      this.#fail(error, known)
    }
  }

  #openEnclosed({ body, headers, path }: Enclosed, outer: Known): void {
    const depth = outer.depth + 1
    if (depth > maxDepth) throw new InvalidPayloadError(`it is nested in more than ${maxDepth} envelopes`)
    this.#bytes += sizeOf(body)
    if (this.#bytes > maxBytes) this.#exceed(`${maxBytes} bytes`)
    const merged = headers === undefined ? outer.headers : { ...outer.headers, ...headers }
    this.#open(body, { headers: merged, path: path ?? outer.path, depth }, () => parse(body))
  }

  /** Returns what the first envelope that opens a body has inside. */
  #inside(body: unknown, { headers }: Known): readonly Enclosed[] | undefined {
    const all = headers === undefined ? this.#recordHeaders : { ...this.#recordHeaders, ...headers }
    for (const envelope of this.#envelopes) {
      const inside = callEnvelope(envelope, body, this.#record, all)
      if (inside !== undefined) return inside
    }
    return undefined
  }

  #add(body: () => unknown, { headers }: Known): void {
    const position = this.#contents.length
    if (position === maxMessages) this.#exceed(`${maxMessages} messages`)
    this.#contents.push(headers === undefined ? { body, position } : { body, headers, position })
  }

  #fail(error: unknown, known: Known): void {
    this.#add(() => {
      throw error
    }, known)
  }

  #exceed(limit: string): never {
    this.#excess = new InvalidPayloadError(`its envelopes hold more than ${limit}`)
    throw this.#excess
  }
}

/** Calls an envelope. What it throws beside the errors of lpipe must not drop the message. */
const callEnvelope = (
  { name, opens }: Envelope,
  body: unknown,
  record: unknown,
  headers: Headers,
): readonly Enclosed[] | undefined => {
  try {
    const inside = notPromise(opens(body, record, headers), '`opens`')
    if (inside === undefined) return undefined
    const list: readonly Enclosed[] = Array.isArray(inside) ? inside : [inside]
    for (const { path } of list) {
      if (path === undefined || (typeof path === 'string' && path !== '')) continue
      const received = path === '' ? 'an empty string' : typeName(path)
      invalidConfiguration(`envelope ${name}: \`path\` must be a non-empty string, received ${received}`)
    }
    return list
  } catch (cause) {
    if (dispositionOf(cause) !== undefined) throw cause
    throw new FailCatastrophically(`the envelope ${name} threw ${errorMessage(cause)}`, { cause })
  }
}

/** @throws InvalidConfigurationError for the content of an envelope that is not in the list */
const decoded = (content: unknown, decode: () => unknown): unknown => {
  try {
    return decode()
  } catch (error) {
    const hint = envelopeHint(content)
    return hint === undefined ? throwAgain(error) : invalidConfiguration(hint)
  }
}

const throwAgain = (error: unknown): never => {
  throw error
}

const parse = (content: unknown): unknown => {
  if (typeof content === 'string') return parseJson(content)
  return Buffer.isBuffer(content) ? parseJsonBytes(content) : content
}

const sizeOf = (content: unknown): number =>
  typeof content === 'string' || Buffer.isBuffer(content) ? content.length : 0

const withPath = (body: unknown, path: string | undefined): unknown =>
  path === undefined || !isObject(body) ? body : { path, kwargs: body }
