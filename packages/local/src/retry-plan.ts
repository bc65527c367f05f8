/** A batch of a shard that is about to be tried. */
export interface Attempt<T> {
  readonly records: readonly T[]
  /** how many retries this is: 0 for the first try */
  readonly retries: number
}

/** What happens to a batch after an invocation. */
export interface RetryPlan<T> {
  /** how many records the checkpoint passes, counted from the first */
  readonly passed: number
  /** the batches to try next, in this order */
  readonly retry: readonly Attempt<T>[]
  readonly discarded: readonly T[]
}

/** The options of an event source mapping that say how batches of a shard are retried. */
export interface RetryOptions {
  readonly bisectBatchOnFunctionError: boolean
  /** -1: no limit */
  readonly maximumRetryAttempts: number
}

/**
 * Plans the retries of a batch of a shard. Everything from the first failed record on is tried again.
 *
 * If some records passed, the rest is a new batch with all its retries: with `maximumRetryAttempts: 3` AWS delivers a
 * record that always fails 5 times if others before it succeeded, once with them and 4 times without. If the function
 * failed and the batch is bisected, each half is a new batch too.
 *
 * @param firstFailed the position of the first failed record; undefined if all succeeded
 * @param functionFailed whether the function threw or timed out
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 */
export const planRetry = <T>(
  { records, retries }: Attempt<T>,
  firstFailed: number | undefined,
  functionFailed: boolean,
  { bisectBatchOnFunctionError, maximumRetryAttempts }: RetryOptions,
): RetryPlan<T> => {
  if (firstFailed === undefined) return { passed: records.length, retry: [], discarded: [] }
  if (firstFailed > 0) {
    return { passed: firstFailed, retry: [{ records: records.slice(firstFailed), retries: 0 }], discarded: [] }
  }
  if (functionFailed && bisectBatchOnFunctionError && records.length > 1) {
    const middle = Math.ceil(records.length / 2)
    const halves = [records.slice(0, middle), records.slice(middle)]
    return { passed: 0, retry: halves.map((half) => ({ records: half, retries: 0 })), discarded: [] }
  }
  if (maximumRetryAttempts >= 0 && retries >= maximumRetryAttempts) return { passed: 0, retry: [], discarded: records }
  return { passed: 0, retry: [{ records, retries: retries + 1 }], discarded: [] }
}
