import { type Kwargs, setOwn } from '../values.ts'

/** Copies arrays and plain objects; other objects are shared. */
export const copyOf = (kwargs: Kwargs): Kwargs => {
  try {
    return copyMembers(kwargs)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return copyDeep(kwargs)
  }
}

/** Most members are not objects, so that a spread copies them at once. */
const copyMembers = (value: Kwargs): Record<string, unknown> => {
  const out: Record<string, unknown> = { ...value }
  for (const key in out) {
    const member = out[key]
    if (typeof member === 'object' && member !== null && Object.hasOwn(out, key)) setOwn(out, key, copyNested(member))
  }
  return out
}

const copyNested = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value
  return Array.isArray(value) ? value.map(copyNested) : copyMembers(value as Kwargs)
}

/** The same, slower, for kwargs that are circular or nested more deeply than the stack: a schema may still accept them. */
const copyDeep = (kwargs: Kwargs): Kwargs => {
  const copied: Record<string, unknown> = { ...kwargs }
  const copies = new Map<object, Record<string, unknown>>()
  const left = [copied]
  for (let holder = left.pop(); holder !== undefined; holder = left.pop()) {
    for (const [key, value] of Object.entries(holder)) {
      if (typeof value !== 'object' || value === null || !isPlain(value)) continue
      let copy = copies.get(value)
      if (copy === undefined) {
        copy = (Array.isArray(value) ? value.slice() : { ...value }) as Record<string, unknown>
        copies.set(value, copy)
        left.push(copy)
      }
      setOwn(holder, key, copy)
    }
  }
  return copied
}

const isPlain = (value: object): boolean => Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype
