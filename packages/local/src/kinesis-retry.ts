/** A batch that is to be tried. */
export interface Attempt<T> {
  readonly records: readonly T[]
  /** how many retries it has behind it, or is one itself */
  readonly retries: number
}

/** What follows from an invocation: what is passed, what is tried again and in which order, what is given up. */
export interface Sequel<T> {
  /** how many records the checkpoint passes, from the first */
  readonly passed: number
  readonly again: readonly Attempt<T>[]
  readonly discarded: readonly T[]
}

export interface RetryOptions {
  readonly bisectBatchOnFunctionError: boolean
  /** -1 is endless */
  readonly maximumRetryAttempts: number
}

/**
 * What becomes of a batch of a shard. Everything from the lowest reported record on is tried again. If the invocation
 * itself failed and the batch is bisected, both halves are, one after the other: a split uses up no retry. Each record
 * that the checkpoint passes makes a new batch of the rest, with all its retries before it.
 *
 * @param failedFrom the position of the first failed record, `'batch'` if the invocation failed, undefined if all is well
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
 */
export const sequelOf = <T>(
  { records, retries }: Attempt<T>,
  failedFrom: number | 'batch' | undefined,
  { bisectBatchOnFunctionError, maximumRetryAttempts }: RetryOptions,
): Sequel<T> => {
  if (failedFrom === undefined) return { passed: records.length, again: [], discarded: [] }
  if (failedFrom === 'batch' && bisectBatchOnFunctionError && records.length > 1) {
    const middle = Math.ceil(records.length / 2)
    const halves = [records.slice(0, middle), records.slice(middle)]
    return { passed: 0, again: halves.map((half) => ({ records: half, retries: 0 })), discarded: [] }
  }
  const passed = failedFrom === 'batch' ? 0 : failedFrom
  const rest = records.slice(passed)
  const next = passed > 0 ? 1 : retries + 1
  if (maximumRetryAttempts >= 0 && next > maximumRetryAttempts) return { passed, again: [], discarded: rest }
  return { passed, again: [{ records: rest, retries: next }], discarded: [] }
}
