import type { Calls } from './traffic.ts'

/** What a function did so far, as its event source mappings saw it. */
export interface FunctionStatistics {
  readonly invocations: number
  /** invocations that threw, timed out, or returned a value that JSON cannot carry */
  readonly errors: number
  /** records that the function received; a record that is delivered again counts again */
  readonly received: number
  /** records that succeeded: deleted from their queue, or passed by the checkpoint of their shard */
  readonly done: number
  /** records that failed and are delivered again */
  readonly returned: number
  /** Kinesis: records discarded because of `maximumRetryAttempts` or `maximumRecordAgeInSeconds` */
  readonly discarded: number
  /** the calls that the code of the function made to SQS and Kinesis */
  readonly calls: Calls
}

/** The statistics that the mappings count. The calls are counted by the servers. */
export type MappingStatistics = { -readonly [K in Exclude<keyof FunctionStatistics, 'calls'>]: number }

/** Makes statistics with all counters at 0. */
export const createStatistics = (): MappingStatistics => ({
  invocations: 0,
  errors: 0,
  received: 0,
  done: 0,
  returned: 0,
  discarded: 0,
})
