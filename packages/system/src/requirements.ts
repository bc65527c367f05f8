import type { FunctionDescription, JsonSchema } from './description.ts'

/** A schema that kwargs must fit: the signature of a function, or `requiredParams` of an action. */
export interface Requirement {
  readonly of: 'function' | 'action'
  /** The function, or `requiredParams`. */
  readonly name: string
  readonly schema: JsonSchema
}

/** Returns what a path requires of kwargs: the schemas of its functions, and the members that its actions pick. */
export const requirementsOf = (fn: FunctionDescription, path: string): Requirement[] =>
  fn.paths
    .filter(({ name }) => name === path)
    .flatMap(({ actions }) => actions)
    .flatMap(({ functions, requires }) => [
      ...functions.flatMap(({ name, schema }) =>
        schema === undefined ? [] : [{ of: 'function' as const, name, schema }],
      ),
      ...(requires === undefined
        ? []
        : [{ of: 'action' as const, name: 'requiredParams', schema: withMembers(requires) }]),
    ])

const withMembers = (names: readonly string[]): JsonSchema => ({
  type: 'object',
  properties: Object.fromEntries(names.map((name) => [name, {}])),
  required: names,
})
