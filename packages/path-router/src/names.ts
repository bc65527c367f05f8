/** Finds a path by its name. */
export interface Names<T> {
  /** Exact; else without regard to case; else the part after the last dot, without regard to case. */
  readonly find: (name: string | undefined) => T | undefined
}

/**
 * Python producers write `Path.DO_THING` for a path called `DO_THING`, in any case. Maps hold own members only, so that
 * `constructor` names no path unless one is defined.
 */
export const namesOf = <T>(entries: ReadonlyMap<string, T>): Names<T> => {
  const upper = new Map([...entries].map(([name, value]) => [name.toUpperCase(), value]))
  return {
    find: (name) => {
      if (name === undefined) return undefined
      const exact = entries.get(name)
      if (exact !== undefined) return exact
      const loud = name.toUpperCase()
      return upper.get(loud) ?? upper.get(loud.slice(loud.lastIndexOf('.') + 1))
    },
  }
}
