import type { DeadLetterFilter, DeadLetters } from '../../../src/api/types.ts'

/** Which dead letters an action is about, with their number for people. */
export interface Selection {
  readonly count: number
  readonly request: { readonly ids: string[] } | { readonly filter: DeadLetterFilter }
}

export const selectIds = (ids: Iterable<string>): Selection => {
  const list = [...ids]
  return { count: list.length, request: { ids: list } }
}

export const selectAll = ({ total }: DeadLetters, filter: DeadLetterFilter): Selection => ({
  count: total,
  request: { filter },
})

const names = ['kind', 'queue', 'path', 'function', 'error', 'text'] as const

/** Reads the filter from the query of the address. Unknown and empty members are left out. */
export const letterFilter = (query: Readonly<Record<string, string>>): DeadLetterFilter => {
  const { kind, ...rest } = Object.fromEntries(names.flatMap((name) => (query[name] ? [[name, query[name]]] : [])))
  return { ...rest, ...(kind === 'sqs' || kind === 'lpipe' ? { kind } : {}) }
}

/** Returns the ids of those that are still there. */
export const stillThere = (selected: ReadonlySet<string>, { deadLetters }: DeadLetters): ReadonlySet<string> => {
  const ids = new Set(deadLetters.map(({ id }) => id))
  return selected.intersection(ids)
}

/** Adds the ids, or removes them if all of them are selected. */
export const toggle = (selected: ReadonlySet<string>, ids: readonly string[]): ReadonlySet<string> => {
  const given = new Set(ids)
  return given.isSubsetOf(selected) ? selected.difference(given) : selected.union(given)
}
