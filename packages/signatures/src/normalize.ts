/** A JSON Schema of draft 7, as far as types need it. */
export interface Schema {
  type?: string | string[]
  properties?: Record<string, Schema | boolean>
  patternProperties?: Record<string, Schema | boolean>
  required?: string[]
  additionalProperties?: Schema | boolean
  items?: Schema | boolean | (Schema | boolean)[]
  additionalItems?: Schema | boolean
  minItems?: number
  maxItems?: number
  anyOf?: Schema[]
  allOf?: Schema[]
  enum?: unknown[]
  const?: unknown
  $ref?: string
  definitions?: Record<string, Schema>
  [keyword: string]: unknown
}

/** The schema of a type that other schemas refer to. */
export interface Definition {
  readonly name: string
  schema: Schema
  /** the number of references */
  uses: number
}

const prefix = '#/definitions/'

/** Returns a schema that refers to a definition. */
export const referenceTo = ({ name }: Definition): Schema => ({ $ref: `${prefix}${name}` })

/**
 * Returns a schema with the definitions that it refers to. A definition that is used once, which one that
 * refers to itself is not, takes the place of its reference.
 */
export const withDefinitions = (schema: Schema, all: ReadonlyMap<string, Definition>): Schema => {
  const kept: Record<string, Schema> = {}
  const inline = (one: Schema): Schema => {
    const definition = one.$ref === undefined ? undefined : all.get(nameIn(one.$ref))
    if (definition === undefined) return mapSchemas(one, inline)
    if (definition.uses === 1) {
      const { $ref: _, ...beside } = one
      const target = inline(definition.schema)
      return beside.allOf === undefined && !sharesKey(target, beside)
        ? { ...target, ...mapSchemas(beside, inline) }
        : { allOf: [target, mapSchemas(beside, inline)] }
    }
    if (!Object.hasOwn(kept, definition.name)) {
      kept[definition.name] = {} // before its schema, which may refer to it
      kept[definition.name] = inline(definition.schema)
    }
    return mapSchemas(one, inline)
  }
  const out = inline(schema)
  return Object.keys(kept).length === 0 ? out : { ...out, definitions: kept }
}

/** Returns the schema that a reference leads to, together with the keywords beside the reference. */
export const resolved = (schema: Schema, definitions: Readonly<Record<string, Schema>>): Schema => {
  if (schema.$ref === undefined) return schema
  const { $ref, ...beside } = schema
  const target = definitions[nameIn($ref)]
  return target === undefined ? beside : { ...resolved(target, definitions), ...beside }
}

/** Returns a schema with keywords added. Those that it has already stay, beside the new ones. */
export const withKeywords = (schema: Schema, keywords: Schema): Schema => {
  if (Object.keys(keywords).length === 0) return schema
  return sharesKey(schema, keywords) ? { allOf: [schema, keywords] } : { ...schema, ...keywords }
}

const sharesKey = (a: Schema, b: Schema): boolean => Object.keys(b).some((key) => Object.hasOwn(a, key))

const nameIn = (ref: string): string => ref.slice(prefix.length)

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Returns a schema whose inner schemas were replaced. */
const mapSchemas = (schema: Schema, change: (inner: Schema) => Schema): Schema => {
  const changed = (inner: unknown): unknown => (isSchema(inner) ? change(inner) : inner)
  const out: Schema = { ...schema }
  for (const key of ['additionalProperties', 'additionalItems', 'items']) {
    if (isSchema(out[key])) out[key] = changed(out[key])
  }
  for (const key of ['anyOf', 'allOf', 'items']) {
    const list = out[key]
    if (Array.isArray(list)) out[key] = list.map(changed)
  }
  for (const key of ['properties', 'patternProperties']) {
    const map = out[key]
    if (isSchema(map)) out[key] = Object.fromEntries(Object.entries(map).map(([name, inner]) => [name, changed(inner)]))
  }
  return out
}
