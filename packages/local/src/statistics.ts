import type { Calls } from './traffic.ts'

/** What a function did, as its event source mappings saw it. */
export interface FunctionStatistics {
  readonly invocations: number
  /** invocations that threw, took too long, or answered what is no JSON */
  readonly errors: number
  /** records handed over, those that came again counted again */
  readonly received: number
  /** records that are done with: deleted from their queue, or passed by their shard's checkpoint */
  readonly done: number
  /** records that were given back, to come again */
  readonly returned: number
  /** Kinesis: records given up after `maximumRetryAttempts` */
  readonly discarded: number
  /** the calls that its code made to SQS and Kinesis */
  readonly calls: Calls
}

/** The same, while it grows. The calls are counted elsewhere. */
export type Tally = { -readonly [K in Exclude<keyof FunctionStatistics, 'calls'>]: number }

export const makeTally = (): Tally => ({ invocations: 0, errors: 0, received: 0, done: 0, returned: 0, discarded: 0 })
