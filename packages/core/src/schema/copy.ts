import { type Kwargs, setOwn } from '../values.ts'

/** Most nested objects that are copied without a look whether they were copied before: more than 1 MiB of JSON can hold. */
const maxNested = 500_000

/** Objects that may still be copied. */
interface Countdown {
  nested: number
}

/** Copies arrays and plain objects; other objects are shared. */
export const copyOf = (kwargs: Kwargs): Kwargs => {
  try {
    return copyMembers(kwargs, { nested: maxNested })
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return copyDeep(kwargs)
  }
}

/** Most members are not objects, so that a spread copies them at once. */
const copyMembers = (value: Kwargs, countdown: Countdown): Record<string, unknown> => {
  const out: Record<string, unknown> = { ...value }
  for (const key in out) {
    const member = out[key]
    if (typeof member === 'object' && member !== null && Object.hasOwn(out, key)) {
      setOwn(out, key, copyNested(member, countdown))
    }
  }
  return out
}

const copyNested = (value: unknown, countdown: Countdown): unknown => {
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value
  countdown.nested -= 1
  if (countdown.nested < 0) throw new RangeError('too many objects')
  return Array.isArray(value) ? value.map((one) => copyNested(one, countdown)) : copyMembers(value as Kwargs, countdown)
}

/**
 * The same, slower, and each object once: for kwargs that are circular or nested more deeply than the stack, which a schema may
 * still accept, and for very many objects, because those that share others may lead to one in millions of ways.
 */
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
