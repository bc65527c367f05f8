import type { Batch } from '@lpipe/core'

/** RAW: a summary, with what the functions returned. */
export const summaryOf = ({ received }: Batch): object => {
  const output = received.flatMap(({ result }) => (result?.status === 'fulfilled' ? [result.value ?? null] : []))
  return {
    event: 'Finished.',
    stats: { received: received.length, successes: output.length },
    ...(output.every(isEmpty) ? {} : { output }),
  }
}

/** A Date has no members either, but becomes a text. */
const isEmpty = (value: unknown): boolean =>
  !value || (typeof value === 'object' && Object.keys(value).length === 0 && !('toJSON' in value))
