/** Finds a path by its name: exact; else without regard to case; else by the part after the last dot, the same way. */
export type Find<T> = (name: string | undefined) => T | undefined

/**
 * Python producers write `Path.DO_THING` for a path called `DO_THING`, in any case. Maps hold own members only, so that
 * `constructor` names no path unless one is defined.
 */
export const finderOf = <T>(entries: ReadonlyMap<string, T>): Find<T> => {
  const loud = new Map([...entries].map(([name, value]) => [name.toUpperCase(), value]))
  return (name = '') => {
    const upper = name.toUpperCase()
    return entries.get(name) ?? loud.get(upper) ?? loud.get(upper.slice(upper.lastIndexOf('.') + 1))
  }
}
