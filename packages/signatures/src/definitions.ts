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
  /** Adds a type. Its schema may refer to the type itself. */
  readonly add: (type: ts.Type, variant: string, name: string | undefined, convert: () => Schema) => Definition
}

export const definitionRegistry = (): DefinitionRegistry => {
  const byName = new Map<string, Definition>()
  const byType = new Map<ts.Type, Map<string, Definition>>()
  const open = new Set<Definition>()

  const freeName = (name: string | undefined): string => {
    const isUsable = name !== undefined && /^[A-Za-z]\w*$/.test(name)
    if (isUsable && !byName.has(name)) return name
    const base = isUsable ? name : 'shape'
    let count = isUsable ? 2 : 1
    while (byName.has(`${base}${count}`)) count++
    return `${base}${count}`
  }

  return {
    byName,
    find: (type, variant) => {
      const found = byType.get(type)?.get(variant)
      if (found === undefined) return undefined
      found.uses++
      if (open.has(found)) found.isRecursive = true
      return found
    },
    add: (type, variant, name, convert) => {
      const definition: Definition = { name: freeName(name), schema: {}, uses: 1, isRecursive: false }
      byName.set(definition.name, definition)
      byType.set(type, (byType.get(type) ?? new Map()).set(variant, definition))
      open.add(definition)
      definition.schema = convert()
      open.delete(definition)
      return definition
    },
  }
}
