/** Finds a path by its name: exact; otherwise without regard to case; otherwise by the part after the last dot, the same way. */
export type Find<T> = (name: string) => T | undefined

/** Folds ASCII letters only: with Unicode's rules `ſhip` would be `SHIP`. */
const upperCase = (name: string): string =>
  // mutant: case-of-ascii
  name.replace(/[a-z]/g, (letter) => letter.toUpperCase())

/**
 * Python producers write `Path.DO_THING` for a path called `DO_THING`, in any case. Maps hold own members only, so that
 * `constructor` names no path unless one is defined.
 *
 * @param onDuplicate called with two paths whose names differ only in case
 */
export const finderOf = <T extends { readonly name: string }>(
  paths: readonly T[],
  onDuplicate: (one: T, other: T) => never,
): Find<T> => {
  const byName = new Map<string, T>()
  const byUpperCase = new Map<string, T>()
  for (const path of paths) {
    const name = upperCase(path.name)
    const duplicate = byUpperCase.get(name)
    if (duplicate !== undefined) onDuplicate(duplicate, path)
    byName.set(path.name, path)
    byUpperCase.set(name, path)
  }
  return (name) => {
    const exact = byName.get(name)
    if (exact !== undefined) return exact
    const upper = upperCase(name)
    return byUpperCase.get(upper) ?? byUpperCase.get(upper.slice(upper.lastIndexOf('.') + 1))
  }
}
