/**
 * Splits a list into consecutive pieces within two limits.
 *
 * @param maxBytes the limit of a piece; a larger item gets a piece of its own
 * @param sizeOf returns the bytes of an item
 */
export const split = <T>(
  items: readonly T[],
  maxItems: number,
  maxBytes = Number.POSITIVE_INFINITY,
  sizeOf: (item: T) => number = () => 0,
): T[][] => {
  const pieces: T[][] = []
  let bytes = 0
  for (const item of items) {
    const size = sizeOf(item)
    const last = pieces.at(-1)
    if (last === undefined || last.length >= maxItems || bytes + size > maxBytes) {
      pieces.push([item])
      bytes = size
    } else {
      last.push(item)
      bytes += size
    }
  }
  return pieces
}

/** Lambda's limit of a batch: 6 MB. */
const maxEventBytes = 6_000_000

/** Splits records into batches that fit into an event of Lambda. */
export const splitIntoEvents = <T>(records: readonly T[]): T[][] =>
  split(records, Number.POSITIVE_INFINITY, maxEventBytes, (record) => Buffer.byteLength(JSON.stringify(record)))
