const maxKept = 10_000

/** Adds to a map that keeps the newest entries only: what never ends must not be kept for ever. */
export const remember = <T>(map: Map<string, T>, key: string, value: T): void => {
  map.set(key, value)
  if (map.size <= maxKept) return
  const [oldest] = map.keys()
  if (oldest !== undefined) map.delete(oldest)
}
