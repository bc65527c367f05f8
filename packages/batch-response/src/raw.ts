import { type Batch, isObject } from '@lpipe/core'

/** RAW: a summary, with what the functions returned. */
export const summaryOf = ({ received }: Batch): object => {
  const output = received.flatMap(({ outcome, result }) =>
    outcome === 'succeeded' && result?.status === 'fulfilled' ? [result.value ?? null] : [],
  )
  return {
    event: 'Finished.',
    stats: { received: received.length, successes: output.length },
    ...(output.every(isEmpty) ? {} : { output }),
  }
}

const isEmpty = (value: unknown): boolean =>
  !value || (Array.isArray(value) && value.length === 0) || (isObject(value) && hasNoMembers(value))

/** A Date has none either, but becomes a text. */
const hasNoMembers = (value: object): boolean => Object.keys(value).length === 0 && !('toJSON' in value)
