import type { Logger } from '@lpipe/core'
import type { Activity } from './activity.ts'
import type { Invoke } from './invoke.ts'
import type { MappingStatistics } from './statistics.ts'

/** What an event source mapping works with. */
export interface MappingContext {
  readonly functionName: string
  readonly region: string
  readonly invoke: Invoke
  readonly statistics: MappingStatistics
  readonly activity: Activity
  readonly logger: Logger
  /** Sends a message to a queue of the pipeline, such as an on-failure destination. */
  readonly sendTo: (queue: string, message: object) => Promise<unknown>
  /** Called with the records of a stream that the mapping has discarded. */
  readonly onDiscarded: (functionName: string, records: readonly object[], why: string) => void
  /** Aborted by `stop()`. The mapping then delivers the records that it has read, and reads no more. */
  readonly signal: AbortSignal
}

/** A running event source mapping. */
export interface Mapping {
  /** the queue that it reads, if it reads one */
  readonly queue: string | undefined
  /** Returns whether the source was read to its end while the activity had this version. */
  readonly atEnd: (version: number) => boolean
  /** resolves when the mapping has stopped */
  readonly stopped: Promise<unknown>
}

/** Logs a failed call of a mapping, unless it failed because of `stop()`. */
export const logFailure = ({ functionName, logger, signal }: MappingContext, what: string, error: unknown): void => {
  if (!signal.aborted) logger.error(`mapping of function ${functionName}: ${what}`, { error })
}
