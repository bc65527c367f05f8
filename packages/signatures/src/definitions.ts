import type ts from 'typescript'
import type { Definition, Schema } from './normalize.ts'

/** Holds the schemas of types, each of which is converted once: types may be recursive. */
export interface DefinitionRegistry {
  readonly byName: ReadonlyMap<string, Definition>
  /**
   * Returns the definition of a type that was added, or is being added.
   *
   * @param variant tells apart what is one type to the compiler, but has different tags
   */
  readonly find: (type: ts.Type, variant: string) => Definition | undefined
  /** Adds a type. It is converted later, by `convertAll()`, because types may hold each other more deeply than the stack. */
  readonly add: (type: ts.Type, variant: string, name: string | undefined, convert: () => Schema) => Definition
  /** Converts the types that were added, and those that are added by that. */
  readonly convertAll: () => void
}

/** Makes a registry without definitions. */
export const definitionRegistry = (): DefinitionRegistry => {
  const byName = new Map<string, Definition>()
  const byType = new Map<ts.Type, Map<string, Definition>>()
  const pending: (() => void)[] = []
  const counts = new Map<string, number>()

  const freeName = (name: string | undefined): string => {
    const isUsable = name !== undefined && /^[A-Za-z]\w*$/.test(name)
    if (isUsable && !byName.has(name)) return name
    const base = isUsable ? name : 'shape'
    let count = counts.get(base) ?? (isUsable ? 2 : 1)
    while (byName.has(`${base}${count}`)) count++
    counts.set(base, count + 1)
    return `${base}${count}`
  }

  return {
    byName,
    find: (type, variant) => {
      const found = byType.get(type)?.get(variant)
      if (found === undefined) return undefined
      found.uses++
      return found
    },
    add: (type, variant, name, convert) => {
      const definition: Definition = { name: freeName(name), schema: {}, uses: 1 }
      byName.set(definition.name, definition)
      byType.set(type, (byType.get(type) ?? new Map()).set(variant, definition))
      pending.push(() => {
        definition.schema = convert()
      })
      return definition
    },
    convertAll: () => {
      for (let next = pending.shift(); next !== undefined; next = pending.shift()) next()
    },
  }
}
