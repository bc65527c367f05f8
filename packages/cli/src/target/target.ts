import type { LetterConditions } from '../filter-option.ts'

/** A message to send. */
export interface SendRequest {
  /** The name, the URL or the ARN of a queue or stream. */
  readonly to: string
  readonly body: string
  readonly groupId?: string | undefined
  readonly deduplicationId?: string | undefined
  readonly partitionKey?: string | undefined
}

/** A message in a queue. */
export interface QueuedMessage {
  readonly id: string
  readonly receiveCount: number
  readonly groupId: string | null
  readonly body: string
}

/** A dead letter. */
export interface DeadLetterSummary {
  readonly id: string
  /** `dropped`: lpipe wrote it. `failed`: SQS moved it. */
  readonly kind: string
  /** The dead-letter queue. */
  readonly queue: string
  readonly to: string | null
  readonly lambda: string | null
  readonly path: string | null
  readonly function: string | null
  readonly error: { readonly name: string; readonly message: string } | null
  readonly receiveCount: number | null
  /** ISO 8601 text in UTC. */
  readonly time: string | null
  readonly body: string
}

/** A dead letter with all that is known about it. */
export interface DeadLetterDetails extends DeadLetterSummary {
  readonly requestId: string | null
  readonly stack: string | null
  readonly issues: unknown
  /** Why it cannot be sent back. */
  readonly problem: string | null
}

/** What a dry run of a dead letter did. */
export interface DryRun {
  readonly id: string
  readonly succeeded: boolean
  readonly outcome: string
  readonly error: { readonly name: string; readonly message: string; readonly stack: string | null } | null
  readonly sends: ReadonlyArray<{ readonly queue: string; readonly body: string }>
}

/** What was done with dead letters. */
export interface LetterResult {
  readonly done: ReadonlyArray<{ readonly id: string; readonly to: string | null; readonly newId: string | null }>
  readonly left: ReadonlyArray<{ readonly id: string; readonly reason: string }>
}

/** What a command does with dead letters. */
export interface LetterAction {
  readonly queue: string | undefined
  readonly ids: readonly string[]
  readonly note: string | undefined
}

/** What `tail` shows. */
export interface TailRequest {
  readonly path: string | undefined
  readonly lambda: string | undefined
  /** When the command began: milliseconds since 1970. */
  readonly since: number
  readonly signal: AbortSignal
  /** Called when the request is right, before the first event. */
  readonly onStart: () => void
  /** Called with each event: a text for people, and the value. */
  readonly onLine: (text: string, value: unknown) => void
}

/** Where commands work: a running `lpipe dev`, or an AWS account. */
export interface Target {
  /** For questions and texts. */
  readonly name: string
  /** Whether a question is asked before something is deleted. */
  readonly isAccount: boolean
  /** Returns the ids of the new messages. */
  readonly send: (request: SendRequest) => Promise<readonly string[]>
  readonly peek: (queue: string, limit: number) => Promise<readonly QueuedMessage[]>
  readonly letters: (queue: string | undefined, conditions: LetterConditions) => Promise<readonly DeadLetterSummary[]>
  readonly letter: (queue: string | undefined, id: string) => Promise<DeadLetterDetails>
  readonly dryRun: (action: LetterAction & { readonly body: string | undefined }) => Promise<readonly DryRun[]>
  readonly redrive: (
    action: LetterAction & { readonly body: string | undefined; readonly to: readonly string[] | undefined },
  ) => Promise<LetterResult>
  readonly discard: (action: LetterAction & { readonly note: string }) => Promise<LetterResult>
  readonly tail: (request: TailRequest) => Promise<void>
}
