import type { EventSource, Headers } from './event-source.ts'

/** A message in an envelope. */
export interface Enclosed {
  /** A text or bytes, which hold JSON or another envelope. Any other value is decoded already. */
  readonly body: unknown
  /** Strings that travelled with it. They replace those of outer envelopes with the same names. Default: none. */
  readonly headers?: Headers | undefined
  /** The path of the message: its body becomes the kwargs. Default: the body names its path itself. */
  readonly path?: string | undefined
}

/** A message of a record, for the decoder. */
export interface MessageContent {
  /** Returns the body. @throws the error that the message ends with */
  body(): unknown
  /** Strings that travelled with it, beside those of the record. */
  readonly headers?: Headers | undefined
  /** Its position in the record. */
  readonly position: number
}

/** What the records of a batch held that were opened so far. `open` counts in it. */
export interface OpenedSoFar {
  /** Bytes of the texts and bytes in envelopes. */
  bytes: number
  messages: number
}

/**
 * What messages are wrapped in by the service that delivers them. Make one with `defineEnvelope()` of `@lpipe/core/envelope`.
 */
export interface Envelope {
  /** For error texts. */
  readonly name: string
  /**
   * Returns what is inside, or undefined if a body is not an envelope of this kind. Called with what each record holds: first
   * as a text or bytes, and then, if no envelope opens it, as the decoded value. It must be a pure function.
   *
   * @param body a text, a Buffer, or a decoded value
   * @param record the entry of the event
   * @param headers the strings that travelled with the body
   * @returns one message or several; an empty array if there is nothing to do: then the record succeeds
   * @throws InvalidPayloadError if it is such an envelope, but cannot be opened
   */
  opens(body: unknown, record: unknown, headers: Headers): Enclosed | readonly Enclosed[] | undefined
  /**
   * Opens a record with all envelopes. `defineEnvelope()` sets it, so that a Lambda without envelopes does not bundle it.
   *
   * @param soFar what the records before it held. Default: it is the only one
   */
  readonly open: (
    source: EventSource,
    record: unknown,
    envelopes: readonly Envelope[],
    soFar?: OpenedSoFar,
  ) => readonly MessageContent[]
}
