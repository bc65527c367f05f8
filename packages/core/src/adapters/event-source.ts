/** Texts that travel with a message: its hops, and what tracers add. */
export type Headers = Readonly<Record<string, string>>

/** What a partial batch response names: a string, or for Kafka an object. */
export type BatchItemIdentifier = string | Readonly<Record<string, unknown>>

/**
 * How a source takes an answer about failed records: `each` names every one, `first` the first one of the batch,
 * `first-of-each-group` the first one of each ordering group, `none` cannot name any: the invocation throws.
 */
export type FailureReports = 'each' | 'first' | 'first-of-each-group' | 'none'

/** What was sent to a queue or stream, as `@lpipe/redrive` sends it again. */
export interface SentRecord {
  /** The service of the queue or stream, as ARNs name it: `sqs` or `kinesis`. */
  readonly type: string
  /** SQS: the body. Kinesis: the data. */
  readonly body: string | Uint8Array
  /** SQS: the message group or tenant. Kinesis: the partition key, which is required. */
  readonly groupId?: string | undefined
  /** SQS: the message attributes, as a record holds them: `{ NAME: { dataType, stringValue } }`. */
  readonly attributes?: unknown
  /** SQS: X-Ray's trace header. */
  readonly traceHeader?: string | undefined
}

/** Everything that lpipe must know about where events come from. Each method must be a pure function of its arguments. */
export interface EventSource<R = unknown> {
  /** For logs, spans and dead letters. */
  readonly name: string
  /** Returns the records of an event, or undefined if it is not an event of this source. */
  recordsOf(event: unknown): readonly R[] | undefined
  /**
   * Returns what a partial batch response names.
   *
   * @param isPiped whether EventBridge Pipes handed the record over, in a bare array: it may take other ids than Lambda
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html
   */
  idOf(record: R, isPiped?: boolean): BatchItemIdentifier | undefined
  /**
   * Returns the decoded body of a record.
   *
   * @param content what `contentOf(record)` returned, if it was called before
   * @throws InvalidPayloadError if it cannot be decoded
   */
  bodyOf(record: R, content?: unknown): unknown
  /**
   * Returns what a record holds before it is decoded, a text or a Buffer, or a value that a middleware has decoded: for
   * envelopes. Default: `bodyOf(record)`.
   *
   * @throws InvalidPayloadError if it cannot be read
   */
  contentOf?(record: R): unknown
  /** Returns the path of a record: its body becomes the kwargs. Default: none, and the body names its path itself. */
  pathOf?(record: R): string | undefined
  /**
   * Returns the bodies of a record that holds several messages. Default: one, `bodyOf(record)`.
   *
   * @throws InvalidPayloadError if they cannot be decoded
   */
  bodiesOf?(record: R): readonly unknown[] | undefined
  /** Returns the ordering group. Default: no order. */
  groupOf?(record: R): string | undefined
  /** Returns the message group or tenant that is handed on to queues. Default: the ordering group. */
  senderGroupOf?(record: R): string | undefined
  /** Returns a key that is unique per source message and stable across redeliveries. Default: none, so nothing is deduplicated. */
  deduplicationKeyOf?(record: R): string | undefined
  /** Returns the ARN of the queue or stream. */
  arnOf?(record: R): string | undefined
  /** Returns the texts that travelled with a record: its attributes, or those in its body. */
  headersOf?(record: R, body: unknown): Headers
  /** Returns how often a record was received, this time included. */
  receiveCountOf?(record: R): number | undefined
  /** Returns X-Ray's trace header. */
  traceHeaderOf?(record: R, body: unknown): string | undefined
  /** For tracing: returns the id of the shard or partition that a record was read from. It must not come from the body. */
  partitionOf?(record: R): string | undefined
  /** For tracing: the messaging system and what `faas.trigger` is, in OpenTelemetry's words. */
  readonly telemetry?: { readonly system: string; readonly trigger: string }
  readonly reports: FailureReports
  /** For dry runs of dead letters: returns the event with which Lambda delivers one record. Default: `{ Records: [record] }`. */
  eventOf?(record: R): unknown
  /**
   * For dead letters that are edited: returns the record with another body. Default: none, and the whole record is edited.
   *
   * @param text JSON text, or whatever the user writes instead
   * @throws InvalidPayloadError if the record cannot hold it
   */
  withText?(record: R, text: string): R
  /**
   * For redrives: returns what was sent to the queue or stream that `arnOf` names. Default: none, and dead letters of the
   * source are not sent back.
   *
   * @throws InvalidPayloadError if the record does not hold it
   */
  sentOf?(record: R): SentRecord
}
