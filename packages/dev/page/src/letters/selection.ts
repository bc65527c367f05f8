import type { DeadLetterFilter, DeadLetters } from '../../../src/api/types.ts'

/** Which dead letters an action is about: those that were counted, and none that comes meanwhile. */
export interface Selection {
  readonly count: number
  readonly ids: string[]
}

/** As many as a request may name. */
const maxIds = 10_000

export const selectIds = (ids: Iterable<string>): Selection => {
  const list = [...ids].slice(0, maxIds)
  return { count: list.length, ids: list }
}

/** The ids of all dead letters that match, also of those that the list does not show. */
export const idsOf = ({ groups }: DeadLetters): readonly string[] => groups.flatMap(({ ids }) => ids)

/** Says on a button what it acts on. */
export const scopeText = ({ count }: Selection, selected: number, total: number): string => {
  const number = count.toLocaleString('en')
  if (selected > count || (selected === 0 && total > count)) return `the first ${number}`
  return selected > 0 ? `${number} selected` : `all ${number}`
}

const names = ['kind', 'queue', 'path', 'function', 'error', 'text'] as const

/** Reads the filter from the query of the address. Unknown and empty members are left out. */
export const letterFilter = (query: Readonly<Record<string, string>>): DeadLetterFilter => {
  const { kind, ...rest } = Object.fromEntries(names.flatMap((name) => (query[name] ? [[name, query[name]]] : [])))
  return { ...rest, ...(kind === 'sqs' || kind === 'lpipe' ? { kind } : {}) }
}

/** Returns the ids of those that are still there. */
export const stillThere = (selected: ReadonlySet<string>, letters: DeadLetters): ReadonlySet<string> =>
  selected.intersection(new Set(idsOf(letters)))

/** Adds the ids, or removes them if all of them are selected. */
export const toggle = (selected: ReadonlySet<string>, ids: readonly string[]): ReadonlySet<string> => {
  const given = new Set(ids)
  return given.isSubsetOf(selected) ? selected.difference(given) : selected.union(given)
}
