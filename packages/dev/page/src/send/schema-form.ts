import { plural } from '../components/format.ts'

/** A form made from a JSON Schema: which fields it has, and the value of what was written into them. */

type Schema = Readonly<Record<string, unknown>>

export interface FormField {
  /** Identifies the field: the names from the root on, joined as a JSON pointer. */
  readonly pointer: string
  readonly name: string
  readonly kind: 'text' | 'number' | 'integer' | 'boolean' | 'choice' | 'json' | 'group'
  readonly required: boolean
  readonly hint: string
  /** Of a choice: the JSON of each value. */
  readonly choices: readonly string[]
  /** Of a group. */
  readonly fields: readonly FormField[]
  /** The text that it starts with. */
  readonly initial: string
}

/** What was written into the fields, by pointer. A field without text is not in the value. */
export type FormTexts = Readonly<Record<string, string>>

export interface FormResult {
  readonly value: Readonly<Record<string, unknown>>
  /** Why a field's text is refused, by pointer. */
  readonly problems: Readonly<Record<string, string>>
}

const deepest = 3

/** Returns the fields for the properties of an object schema. A schema that a field cannot show is edited as JSON. */
export const fieldsOf = (root: Schema): readonly FormField[] => propertiesOf(root, resolved(root, root), '', 0)

/** Returns the texts that the fields start with: defaults, constants and first examples. */
export const initialTexts = (fields: readonly FormField[]): FormTexts =>
  Object.assign(
    {},
    ...fields.map(({ pointer, initial, fields: inner }) => ({
      ...(initial === '' ? {} : { [pointer]: initial }),
      ...initialTexts(inner),
    })),
  )

/** Returns the value of the texts. Only types and required fields are checked: the Lambda checks the rest. */
export const readForm = (fields: readonly FormField[], texts: FormTexts): FormResult => {
  const problems: Record<string, string> = {}
  const value = readGroup(fields, texts, problems)
  return { value, problems }
}

/** Returns the texts that show a value, for example one that was edited as JSON. Members that have no field are lost. */
export const textsOf = (fields: readonly FormField[], value: unknown): FormTexts => {
  if (!isObject(value)) return {}
  return Object.assign(
    {},
    ...fields.map((field) => {
      const member = Object.hasOwn(value, field.name) ? value[field.name] : undefined
      if (field.kind === 'group') return textsOf(field.fields, member)
      return member === undefined ? {} : { [field.pointer]: textOf(field.kind, member) }
    }),
  )
}

const isObject = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const propertiesOf = (root: Schema, schema: Schema, pointer: string, depth: number): readonly FormField[] => {
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  return Object.entries(properties).map(([name, property]) =>
    fieldOf(
      root,
      name,
      resolved(root, property),
      `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`,
      required.includes(name),
      depth,
    ),
  )
}

const fieldOf = (
  root: Schema,
  name: string,
  schema: Schema,
  pointer: string,
  required: boolean,
  depth: number,
): FormField => {
  const choices = choicesOf(schema)
  const fields = schema['type'] === 'object' && depth < deepest ? propertiesOf(root, schema, pointer, depth + 1) : []
  const kind = kindOfField(schema, choices, fields)
  const initial =
    schema['const'] ?? schema['default'] ?? (Array.isArray(schema['examples']) ? schema['examples'][0] : undefined)
  return {
    pointer,
    name,
    kind,
    required,
    hint: hintOf(schema, kind),
    choices,
    fields: kind === 'group' ? fields : [],
    initial: initial === undefined || kind === 'group' ? '' : textOf(kind, initial),
  }
}

const choicesOf = (schema: Schema): readonly string[] => {
  if (Array.isArray(schema['enum'])) return schema['enum'].map((one) => JSON.stringify(one))
  if (schema['const'] !== undefined) return [JSON.stringify(schema['const'])]
  const alternatives = [schema['anyOf'], schema['oneOf']].find(Array.isArray)
  const constants = alternatives?.map((one) => (isObject(one) ? one['const'] : undefined)) ?? []
  return constants.length > 0 && constants.every((one) => one !== undefined)
    ? constants.map((one) => JSON.stringify(one))
    : []
}

const kindOfField = (schema: Schema, choices: readonly string[], fields: readonly FormField[]): FormField['kind'] => {
  if (choices.length > 0) return 'choice'
  switch (schema['type']) {
    case 'string':
      return 'text'
    case 'number':
    case 'integer':
    case 'boolean':
      return schema['type']
    case 'object':
      return fields.length > 0 ? 'group' : 'json'
    default:
      return 'json'
  }
}

const hintOf = (schema: Schema, kind: FormField['kind']): string => {
  const limit = (name: string, before: string, unit?: string): string => {
    const value = schema[name]
    // An integer of zod has the limits of JavaScript.
    if (typeof value !== 'number' || Math.abs(value) >= Number.MAX_SAFE_INTEGER) return ''
    return `${before} ${unit === undefined ? value.toLocaleString('en') : plural(value, unit)}`
  }
  return [
    typeof schema['description'] === 'string' ? schema['description'] : '',
    typeof schema['format'] === 'string' ? `format ${schema['format']}` : '',
    typeof schema['pattern'] === 'string' ? `pattern ${schema['pattern']}` : '',
    limit('minimum', 'at least'),
    limit('exclusiveMinimum', 'more than'),
    limit('maximum', 'at most'),
    limit('exclusiveMaximum', 'less than'),
    limit('minLength', 'at least', 'character'),
    limit('maxLength', 'at most', 'character'),
    kind === 'json' ? `JSON${typeof schema['type'] === 'string' ? `, ${schema['type']}` : ''}` : '',
  ]
    .filter((part) => part !== '')
    .join(', ')
}

/** Follows references within the schema, and takes the one alternative that is not null. */
const resolved = (root: Schema, schema: unknown, steps = 0): Schema => {
  if (!isObject(schema) || steps > 20) return {}
  const reference = schema['$ref']
  if (typeof reference === 'string') {
    const names = reference
      .replace(/^#\/?/, '')
      .split('/')
      .filter((name) => name !== '')
    const target = names.reduce<unknown>((found, name) => (isObject(found) ? found[name] : undefined), root)
    return resolved(root, target, steps + 1)
  }
  const alternatives = [schema['anyOf'], schema['oneOf']].find(Array.isArray)
  const other = alternatives?.filter((one) => !isObject(one) || one['type'] !== 'null')
  return other?.length === 1 ? { ...resolved(root, other[0], steps + 1), ...withoutAlternatives(schema) } : schema
}

const withoutAlternatives = ({ anyOf: _, oneOf: __, ...rest }: Schema): Schema => rest

const textOf = (kind: FormField['kind'], value: unknown): string =>
  kind === 'text' && typeof value === 'string'
    ? value
    : kind === 'json'
      ? JSON.stringify(value, undefined, 2)
      : JSON.stringify(value)

const readGroup = (
  fields: readonly FormField[],
  texts: FormTexts,
  problems: Record<string, string>,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    fields.flatMap((field): [string, unknown][] => {
      if (field.kind === 'group') {
        const isEmpty = !field.required && field.fields.every((inner) => !hasText(inner, texts))
        return isEmpty ? [] : [[field.name, readGroup(field.fields, texts, problems)]]
      }
      const text = texts[field.pointer]
      if (text === undefined || (text === '' && field.kind !== 'text')) {
        if (field.required) problems[field.pointer] = 'A value is required.'
        return []
      }
      const read = readText(field.kind, text)
      if ('problem' in read) {
        problems[field.pointer] = read.problem
        return []
      }
      return [[field.name, read.value]]
    }),
  )

const hasText = (field: FormField, texts: FormTexts): boolean =>
  field.kind === 'group' ? field.fields.some((inner) => hasText(inner, texts)) : texts[field.pointer] !== undefined

const readText = (
  kind: FormField['kind'],
  text: string,
): { readonly value: unknown } | { readonly problem: string } => {
  if (kind === 'text') return { value: text }
  if (kind === 'number' || kind === 'integer') {
    const value = Number(text)
    const isRight = text.trim() !== '' && (kind === 'integer' ? Number.isInteger(value) : Number.isFinite(value))
    return isRight ? { value } : { problem: kind === 'integer' ? 'Write a whole number.' : 'Write a number.' }
  }
  try {
    return { value: JSON.parse(text) }
  } catch {
    return { problem: 'Write JSON. A text needs double quotes.' }
  }
}
