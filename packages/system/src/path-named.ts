/**
 * Finds a path as the path router does: exact; otherwise without regard to the case of ASCII letters; otherwise by the part
 * after the last dot.
 */
export const pathNamed = (names: readonly string[], wanted: string): string | undefined => {
  const upper = upperCase(wanted)
  return (
    names.find((name) => name === wanted) ??
    names.find((name) => upperCase(name) === upper) ??
    names.find((name) => upperCase(name) === upper.slice(upper.lastIndexOf('.') + 1))
  )
}

const upperCase = (name: string): string => name.replace(/[a-z]/g, (letter) => letter.toUpperCase())
