/**
 * Cuts a list into pieces that keep to two limits, in order.
 *
 * @param maxBytes an item that is larger alone gets a piece of its own
 */
export const chunksOf = <T>(
  items: readonly T[],
  maxItems: number,
  maxBytes = Number.POSITIVE_INFINITY,
  sizeOf: (item: T) => number = () => 0,
): T[][] => {
  const chunks: T[][] = []
  let bytes = 0
  for (const item of items) {
    const size = sizeOf(item)
    const last = chunks.at(-1)
    if (last === undefined || last.length >= maxItems || bytes + size > maxBytes) {
      chunks.push([item])
      bytes = size
    } else {
      last.push(item)
      bytes += size
    }
  }
  return chunks
}

/** The most that Lambda puts into one event: 6 MB. */
const maxEventBytes = 6_000_000

/** Cuts records into events that Lambda would accept. */
export const eventsOf = <T>(records: readonly T[]): T[][] =>
  chunksOf(records, Number.POSITIVE_INFINITY, maxEventBytes, (record) => Buffer.byteLength(JSON.stringify(record)))
