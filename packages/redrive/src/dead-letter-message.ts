/** A message of a dead-letter queue. */
export interface DeadLetterMessage {
  /** Its id in the dead-letter queue. */
  readonly messageId: string
  /** `dropped`: a dead letter that lpipe wrote. `failed`: any other message, such as one that SQS moved after too many receives. */
  readonly kind: 'dropped' | 'failed'
  /** Why it was dropped. Null if that is not known. */
  readonly error: {
    readonly name: string
    readonly message: string
    readonly stack: string | null
    readonly issues: readonly unknown[]
  } | null
  readonly path: string | null
  readonly function: string | null
  /** Where it came from. `type` is the name of the event source, such as `sqs`. */
  readonly source: { readonly type: string | null; readonly arn: string | null; readonly id: string | null }
  /** The Lambda that dropped it. */
  readonly lambda: { readonly name: string | null; readonly arn: string | null; readonly requestId: string | null }
  /** How often the original message was received. */
  readonly receiveCount: number | null
  /** When it was dropped or sent, as ISO 8601 text in UTC. */
  readonly time: string | null
  /** The body of the original message: what its JSON says, otherwise its text. Without a known source the record. */
  readonly body: unknown
  /** The record as the Lambda received it. */
  readonly record: unknown
  /** What was cut of the record, if it was too large. Then it cannot be sent back. */
  readonly truncated: string | null
}
