/** A JSON Schema of draft-07, as the generator writes them. */
export interface Schema {
  type?: string | string[]
  properties?: Record<string, Schema>
  patternProperties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: Schema | boolean
  items?: Schema | Schema[]
  additionalItems?: Schema | boolean
  minItems?: number
  maxItems?: number
  anyOf?: Schema[]
  not?: Schema
  enum?: unknown[]
  const?: unknown
  $ref?: string
  definitions?: Record<string, Schema>
  [keyword: string]: unknown
}

const single = [
  'additionalProperties',
  'additionalItems',
  'items',
  'not',
  'if',
  'then',
  'else',
  'contains',
  'propertyNames',
]
const lists = ['anyOf', 'allOf', 'oneOf', 'items']
const maps = ['properties', 'patternProperties', 'definitions']

/** A schema in which every schema was replaced, the inner ones first. */
const mapSchema = (schema: Schema, change: (schema: Schema) => Schema): Schema => {
  const inner = (value: unknown): unknown => (isSchema(value) ? mapSchema(value, change) : value)
  const out: Schema = { ...schema }
  for (const key of single) if (isSchema(out[key])) out[key] = inner(out[key])
  for (const key of lists) if (Array.isArray(out[key])) out[key] = out[key].map(inner)
  for (const key of maps) {
    const map = out[key]
    if (isSchema(map)) out[key] = Object.fromEntries(Object.entries(map).map(([name, value]) => [name, inner(value)]))
  }
  return change(out)
}

export const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether a schema is the generator's `undefined` or `never`: what is not there. */
export const isNothing = ({ not }: Schema): boolean => isSchema(not) && Object.keys(not).length === 0

/** What says nothing about which values are right. */
const words = [
  '$schema',
  'title',
  'description',
  '$comment',
  'examples',
  'default',
  'deprecated',
  'readOnly',
  'writeOnly',
]

/**
 * Makes a generated schema mean what TypeScript means: objects may have more members, and `undefined` is a member that is
 * not there. Leaves out words, and gives definitions names that do not change with the text around them.
 */
export const tidy = (schema: Schema): Schema => {
  const names = new Map<string, string>()
  for (const name of Object.keys(schema.definitions ?? {})) {
    names.set(name, /^[A-Za-z_$][\w$]*$/.test(name) ? name : `shape${names.size + 1}`)
  }
  const tidied = mapSchema(schema, (one) => {
    const out = { ...one }
    for (const word of words) delete out[word]
    if (out.additionalProperties === false) delete out.additionalProperties
    const { anyOf, $ref } = out
    if (anyOf?.some(isNothing)) {
      const [first, ...others] = anyOf.filter((branch) => !isNothing(branch))
      delete out.anyOf
      if (first !== undefined && others.length === 0) return { ...first, ...out }
      if (first !== undefined) out.anyOf = [first, ...others]
    }
    if ($ref !== undefined) out.$ref = `${definition}${names.get(nameIn($ref)) ?? nameIn($ref)}`
    return out
  })
  const { definitions = {}, ...rest } = tidied
  const renamed = Object.entries(definitions).map(([name, value]) => [names.get(name), value])
  return renamed.length === 0 ? rest : { ...rest, definitions: Object.fromEntries(renamed) }
}

const definition = '#/definitions/'

const nameIn = (ref: string): string => decodeURIComponent(ref.slice(definition.length))

/** What a schema refers to, together with what is beside the reference. */
export const resolved = (schema: Schema, definitions: Readonly<Record<string, Schema>>): Schema => {
  if (schema.$ref === undefined) return schema
  const { $ref, ...beside } = schema
  const target = definitions[nameIn($ref)]
  return target === undefined ? beside : { ...resolved(target, definitions), ...beside }
}
