import type { Schema } from './normalize.ts'

/** Returns a schema whose numbers are integers. */
export const toInteger = (schema: Schema): Schema => {
  if (schema.type === 'number') return { ...schema, type: 'integer' }
  if (Array.isArray(schema.type))
    return { ...schema, type: schema.type.map((one) => (one === 'number' ? 'integer' : one)) }
  return schema.anyOf === undefined ? schema : { ...schema, anyOf: schema.anyOf.map(toInteger) }
}

/** Returns a schema for one of several: types and literals become one branch. */
export const union = (branches: readonly Schema[]): Schema => {
  const types = new Set<string>()
  const literals = new Set<unknown>()
  const others = new Map<string, Schema>()
  for (const branch of branches) {
    const keys = Object.keys(branch)
    if (keys.length === 0) return {}
    if (keys.length === 1 && branch.type !== undefined) for (const type of [branch.type].flat()) types.add(type)
    else if (keys.length === 1 && 'const' in branch) literals.add(branch.const)
    else if (keys.length === 1 && branch.enum !== undefined) for (const one of branch.enum) literals.add(one)
    else others.set(JSON.stringify(branch), branch)
  }
  for (const literal of literals) if (types.has(typeof literal)) literals.delete(literal)
  if (literals.size > 0 && types.delete('null')) literals.add(null)
  const typeList = [...types].sort((a, b) => Number(a === 'null') - Number(b === 'null'))
  const all: Schema[] = [...others.values()]
  if (literals.size > 0) all.unshift(literals.size === 1 ? { const: [...literals][0] } : { enum: [...literals] })
  if (typeList.length > 0) all.unshift({ type: typeList.length === 1 ? (typeList[0] as string) : typeList })
  return all.length === 1 ? (all[0] as Schema) : { anyOf: all }
}
