/** What was done with a dead letter. It holds no value of the message. */
export interface AuditLine {
  /** ISO 8601 text in UTC. */
  readonly time: string
  /** `kept`: it is still in the dead-letter queue. */
  readonly action: 'redriven' | 'discarded' | 'kept'
  /** The name or the URL of the dead-letter queue. */
  readonly from: string
  /** The id in the dead-letter queue. */
  readonly messageId: string
  /** Redriven: the ARN of the queue or stream. */
  readonly to?: string
  /** Redriven: the id of the new message, or the sequence number of the new record. */
  readonly newId?: string
  /** Redriven: whether its body was edited. */
  readonly edited?: boolean
  /** Kept: why. */
  readonly reason?: string
  readonly note?: string
}

/** Receives a line for each dead letter. It is waited for. If it throws, nothing more is sent or deleted. */
export type Audit = (line: AuditLine) => unknown

/** Writes a line of JSON. */
export const auditToConsole: Audit = (line) => console.info(JSON.stringify({ audit: 'lpipe-redrive', ...line }))
