/** Finds a path by its name: exact; else without regard to case; else by the part after the last dot, the same way. */
export type Find<T> = (name: string) => T | undefined

/**
 * Python producers write `Path.DO_THING` for a path called `DO_THING`, in any case. Maps hold own members only, so that
 * `constructor` names no path unless one is defined.
 *
 * @param twins told of two names that are equal but for case
 */
export const finderOf = <T extends { readonly name: string }>(
  paths: readonly T[],
  twins: (one: T, other: T) => never,
): Find<T> => {
  const exact = new Map<string, T>()
  const loud = new Map<string, T>()
  for (const path of paths) {
    const name = path.name.toUpperCase()
    const twin = loud.get(name)
    if (twin !== undefined) twins(twin, path)
    exact.set(path.name, path)
    loud.set(name, path)
  }
  return (name) => {
    const upper = name.toUpperCase()
    return exact.get(name) ?? loud.get(upper) ?? loud.get(upper.slice(upper.lastIndexOf('.') + 1))
  }
}
