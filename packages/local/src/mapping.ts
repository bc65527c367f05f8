import type { Logger } from '@lpipe/core'
import type { Activity } from './activity.ts'
import type { Invoke } from './invoke.ts'
import type { Tally } from './statistics.ts'

/** What an event source mapping works with. */
export interface Surroundings {
  readonly name: string
  readonly region: string
  readonly invoke: Invoke
  readonly tally: Tally
  readonly activity: Activity
  readonly logger: Logger
  /** aborted when it is to stop: it then ends what it is at, and begins nothing more */
  readonly signal: AbortSignal
}

/** A running event source mapping. */
export interface Mapping {
  /** the queue that it empties, if it is one's */
  readonly queue: string | undefined
  /** whether it had read its source to the end when the activity had this version */
  readonly atEnd: (version: number) => boolean
  /** fulfils when it has stopped */
  readonly stopped: Promise<unknown>
}

/** Tells of a call that failed, unless it failed because it was to stop. */
export const report = ({ name, logger, signal }: Surroundings, what: string, error: unknown): void => {
  if (!signal.aborted) logger.error(`mapping of ${name}: ${what}`, { error })
}
