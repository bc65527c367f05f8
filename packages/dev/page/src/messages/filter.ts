import type { Graph, MessageQuery } from '../../../src/api/types.ts'

/** The members of the address that filter the list. */
const names = ['text', 'lambda', 'path', 'function', 'queue', 'state', 'roots', 'rootId'] as const
export type FilterName = (typeof names)[number]
export type Filter = Partial<Readonly<Record<FilterName, string>>>

/** Reads the filter from the query of the address. Unknown and empty members are left out. */
export const filterOf = (query: Readonly<Record<string, string>>): Filter =>
  Object.fromEntries(names.flatMap((name) => (query[name] ? [[name, query[name]]] : [])))

/** Returns the query of the API for a filter. */
export const messageQuery = (filter: Filter, limit: number): MessageQuery => {
  const { roots, ...rest } = filter
  return { ...rest, ...(roots === 'true' ? { roots: 'true' as const } : {}), limit }
}

/** The values that each filter can have in this system. */
export const choices = ({
  nodes,
}: Graph): Readonly<Record<'lambda' | 'path' | 'function' | 'queue', readonly string[]>> => {
  const named = (...kinds: readonly string[]): readonly string[] =>
    [...new Set(nodes.filter(({ kind }) => kinds.includes(kind)).map(({ name }) => name))].sort()
  return { lambda: named('lambda'), path: named('path'), function: named('function'), queue: named('queue', 'stream') }
}
