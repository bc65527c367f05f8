import type { Batch } from '@lpipe/core'
import { ignoreRejection, isThenable, log, safeJson, tryOr } from '@lpipe/core/middleware'

/** The largest response of a synchronous invocation. @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxBytes = 6 * 1024 * 1024

/** More values do not fit: each has at least two bytes, with its comma. */
const maxValues = maxBytes / 2

/** RAW: a summary, with what the functions returned. JSON can always carry it. */
export const rawResponse = (batch: Batch): object => {
  const { received } = batch
  const values = received.flatMap(({ result }) => (result?.status === 'fulfilled' ? [result.value ?? null] : []))
  const summary = { event: 'Finished.', stats: { received: received.length, successes: values.length } }
  if (tryOr(() => values.every(isEmpty), false)) return summary
  const text = tryOr(() => JSON.stringify(values, refuseSome()), undefined)
  const output: unknown = text === undefined ? safeJson(values, { maxValues }) : values
  const size = tryOr(() => Buffer.byteLength(text ?? JSON.stringify(output)), Infinity)
  if (size <= maxBytes - 1024) return { ...summary, output }
  log(batch, 'warn', `the output has ${size} bytes, more than a response may have (${maxBytes}); it is left out`)
  return summary
}

/** A promise in the output would be `{}`, and nothing would handle its rejection. Objects that share others may have billions of values. */
const refuseSome = (): ((key: string, value: unknown) => unknown) => {
  let count = 0
  return (_, value) => {
    count += 1
    if (count > maxValues) throw new RangeError('too many values')
    if (!isThenable(value)) return value
    ignoreRejection(value)
    throw new TypeError('a promise')
  }
}

/** A Date has no members either, but becomes a string. */
const isEmpty = (value: unknown): boolean =>
  !value || (typeof value === 'object' && Object.keys(value).length === 0 && !('toJSON' in value))
