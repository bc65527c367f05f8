import { setOwn } from '../values.ts'

/** Most values that are copied beside the path, and most characters of a string among them. */
const maxBeside = 50
const maxLength = 100
/** Most members of an object beside whose path others are copied: the message chose the names of one with more. */
const maxMembers = 1000

/** Returns a function that copies what is on a path, with short values beside it, as the name of a union's branch. */
export const branchCopier = (
  root: unknown,
): ((keys: readonly PropertyKey[], renamedAt?: number, newName?: string) => unknown) => {
  const known = new Map<object, readonly (readonly [string, unknown])[]>()

  /** They are searched once, for many names are those of one object. */
  const shortMembersOf = (value: object): readonly (readonly [string, unknown])[] => {
    let members = known.get(value)
    if (members === undefined) {
      const names = Object.keys(value)
      members = (names.length > maxMembers ? [] : names)
        .map((name) => [name, value[name as keyof typeof value]] as const)
        .filter(([, member]) => isShort(member))
        .slice(0, maxBeside)
      known.set(value, members)
    }
    return members
  }

  return (keys, renamedAt, newName) => {
    const copy = (value: unknown, at: number): unknown => {
      if (at === keys.length || typeof value !== 'object' || value === null) return value
      const key = String(keys[at])
      const child = (): unknown => copy((value as Readonly<Record<string, unknown>>)[key], at + 1)
      if (Array.isArray(value)) {
        const index = Number(key)
        // The position counts in a tuple, which is short.
        return index < maxBeside ? [...value.slice(0, index), child()] : [child()]
      }
      const out: Record<string, unknown> = {}
      for (const [name, member] of shortMembersOf(value)) if (name !== key) setOwn(out, name, member)
      if (Object.hasOwn(value, key)) setOwn(out, at === renamedAt ? (newName ?? key) : key, child())
      return out
    }
    return copy(root, 0)
  }
}

const isShort = (value: unknown): boolean =>
  value === null || (typeof value === 'string' ? value.length <= maxLength : typeof value !== 'object')
