import type { SendFailure } from '../../adapters/sender.ts'

/** Why an entry was not accepted. */
export interface Failure extends SendFailure {
  readonly cause?: unknown
  /** Whether the entry itself is at fault: the service refused it, and other entries not, or a call with it alone. */
  readonly isOfEntry?: boolean
  /** Whether a smaller entry may be accepted. */
  readonly mayBeTooLarge?: boolean
  /** It was not sent, because an earlier entry of its ordering key or message was not accepted. */
  readonly isBlocked?: boolean
}

/** The failure of each entry of a call, in order. Undefined: the service accepted the entry. */
export type Failures = ReadonlyArray<Failure | undefined>
