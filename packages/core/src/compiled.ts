import type { Issue } from './errors.ts'
import type { StandardSchema } from './signature.ts'
import { isObject, put } from './values.ts'

/**
 * A validator as ajv makes them, at run time or ahead of time, with its options `allErrors` and `verbose`.
 *
 * @see https://ajv.js.org/api.html#validation-errors
 */
export interface Validator {
  (value: unknown): unknown
  errors?: readonly ValidatorError[] | null | undefined
}

export interface ValidatorError {
  /** where in the value, as a JSON pointer */
  readonly instancePath: string
  readonly schemaPath: string
  readonly keyword: string
  readonly params: Readonly<Record<string, unknown>>
  readonly message?: string | undefined
  readonly parentSchema?: unknown
}

/** What a schema lets through: names of members, and patterns of them. */
export type Through = readonly (string | RegExp)[]

/**
 * A Standard Schema from a validator that ajv made.
 *
 * @param vendor who made it
 * @param validate may write defaults into what it is given
 * @param through what a function sees of an object; all of it if this is left out
 */
export const compiled = <Output = Record<string, unknown>>(
  vendor: string,
  validate: Validator,
  through?: Through,
): StandardSchema<unknown, Output> => ({
  '~standard': {
    version: 1,
    vendor,
    validate: (value) =>
      validate(value)
        ? { value: (isObject(value) ? pick(value, through) : value) as Output }
        : { issues: issuesOf(validate.errors ?? []) },
  },
})

const pick = (value: Readonly<Record<string, unknown>>, through: Through | undefined): Record<string, unknown> => {
  const out: Record<string, unknown> = {}
  const patterns = through?.filter((one) => typeof one !== 'string')
  const names = patterns === undefined || patterns.length > 0 ? Object.keys(value) : (through as readonly string[])
  for (const name of names) {
    if (!Object.hasOwn(value, name)) continue
    if (through === undefined || through.includes(name) || patterns?.some((one) => one.test(name))) {
      put(out, name, value[name])
    }
  }
  return out
}

/** An issue that says what was expected, as those of zod, valibot and arktype do. */
interface Wish extends Issue {
  readonly path: readonly string[]
  readonly expected: string | undefined
}

const branching = new Set(['anyOf', 'oneOf'])

/**
 * Issues without the values that ajv keeps in its errors. Those of a union's branches come right before its own; what they
 * say of the same value becomes one.
 */
const issuesOf = (errors: readonly ValidatorError[]): readonly Wish[] => {
  const issues: Wish[] = []
  const from: ValidatorError[] = []
  for (const error of errors) {
    if (error.keyword === 'if') continue // what its `then` or `else` found was said before
    if (!branching.has(error.keyword)) {
      issues.push(issueOf(error))
      from.push(error)
      continue
    }
    let first = issues.length
    while (first > 0 && isBranch(from[first - 1] as ValidatorError, error)) first--
    const found = issues.splice(first)
    const heads = from.splice(first).map((one) => one.instancePath === error.instancePath && isKind(one))
    const wishes = new Set(found.filter((_, index) => heads[index]).map(({ expected }) => expected))
    const further = found.filter((_, index) => !heads[index])
    if (further.length > 0) wishes.add('another form')
    issues.push({ ...issueOf(error), expected: wishes.size > 0 ? [...wishes].join(' or ') : undefined }, ...further)
    from.push(error, ...further.map(() => error))
  }
  return issues
}

const isKind = ({ keyword }: ValidatorError): boolean =>
  keyword === 'type' || keyword === 'const' || keyword === 'enum' || branching.has(keyword)

/** Whether an error was found by a branch of a union: not by what stands beside the union, but a referenced schema may. */
const isBranch = (error: ValidatorError, union: ValidatorError): boolean => {
  if (error.instancePath !== union.instancePath && !error.instancePath.startsWith(`${union.instancePath}/`))
    return false
  if (error.schemaPath.startsWith(`${union.schemaPath}/`)) return true
  const beside = union.schemaPath.slice(0, -union.keyword.length)
  return !error.schemaPath.startsWith(beside) || /^(?:definitions|\$defs)\//.test(error.schemaPath.slice(beside.length))
}

/** The parameter of an error that names a member which is missing, or which must not be there. */
const memberOf = ({ params }: ValidatorError): string | undefined => {
  const name = params['missingProperty'] ?? params['additionalProperty'] ?? params['unevaluatedProperty']
  return typeof name === 'string' ? name : undefined
}

const issueOf = (error: ValidatorError): Wish => {
  const path = error.instancePath.split('/').slice(1)
  const member = memberOf(error)
  const expected = wishOf(error)
  return {
    message: error.message ?? expected ?? error.keyword,
    path: [
      ...path.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')),
      ...(member === undefined ? [] : [member]),
    ],
    expected,
  }
}

const wishOf = ({ keyword, params, parentSchema }: ValidatorError): string | undefined => {
  const { missingProperty, limit } = params
  if (typeof missingProperty === 'string') {
    const properties = isObject(parentSchema) ? parentSchema['properties'] : undefined
    const known = isObject(properties) && Object.hasOwn(properties, missingProperty)
    return (known ? kindIn(properties[missingProperty]) : undefined) ?? 'a value'
  }
  switch (keyword) {
    case 'type':
      return kindIn(params)
    case 'enum':
      return kindIn({ enum: params['allowedValues'] })
    case 'const':
      return kindIn({ const: params['allowedValue'] })
    case 'format':
      return String(params['format'])
    case 'pattern':
      return `text like ${params['pattern']}`
    case 'multipleOf':
      return `a multiple of ${params['multipleOf']}`
    case 'uniqueItems':
      return 'no entry twice'
    case 'additionalProperties':
    case 'unevaluatedProperties':
    case 'false schema':
      return 'nothing'
    case 'errorMessage':
      return Array.isArray(params['errors']) ? params['errors'].map(wishOf).join(' and ') : undefined
  }
  if (params['comparison'] !== undefined) return `${params['comparison']} ${limit}`
  const [, bound, of = ''] = /^(min|max)(Length|Items|Properties)$/.exec(keyword) ?? []
  return bound === undefined ? undefined : `${bound === 'min' ? 'at least' : 'at most'} ${limit} ${counted[of]}`
}

const counted: Readonly<Record<string, string>> = { Length: 'characters', Items: 'entries', Properties: 'members' }

/** The kinds that a schema asks for, in words. */
const kindIn = (schema: unknown): string | undefined => {
  if (!isObject(schema)) return undefined
  if ('const' in schema) return JSON.stringify(schema['const'])
  const { enum: literals, type, $ref: ref } = schema
  const list = schema['anyOf'] ?? schema['oneOf']
  if (Array.isArray(literals)) return literals.map((one) => JSON.stringify(one)).join(' or ')
  if (Array.isArray(list)) return list.map((one) => kindIn(one) ?? 'another form').join(' or ')
  if (typeof ref === 'string') return decodeURIComponent(ref.slice(ref.lastIndexOf('/') + 1))
  return Array.isArray(type) ? type.join(' or ') : typeof type === 'string' ? type : undefined
}

/**
 * What a JSON Schema lets through to a function: the members that it declares, in whatever branch of it; all (undefined)
 * if a branch has `additionalProperties` or `unevaluatedProperties` that are not false.
 */
export const throughOf = (root: Readonly<Record<string, unknown>>): Through | undefined => {
  const names = new Set<string>()
  const patterns = new Set<string>()
  const seen = new Set<unknown>()

  /** Whether it lets through anything. */
  const isOpen = (schema: unknown): boolean => {
    if (!isObject(schema) || seen.has(schema)) return false
    seen.add(schema)
    for (const key of ['additionalProperties', 'unevaluatedProperties']) {
      if (Object.hasOwn(schema, key) && schema[key] !== false) return true
    }
    if (isObject(schema['properties'])) for (const name of Object.keys(schema['properties'])) names.add(name)
    if (Array.isArray(schema['required'])) for (const name of schema['required']) names.add(String(name))
    if (isObject(schema['patternProperties'])) {
      for (const pattern of Object.keys(schema['patternProperties'])) patterns.add(pattern)
    }
    const branches = ['anyOf', 'oneOf', 'allOf', 'dependentSchemas'].flatMap((key) => Object.values(schema[key] ?? {}))
    const others = [schema['if'], schema['then'], schema['else'], referred(root, schema['$ref'])]
    return [...branches, ...others].map(isOpen).includes(true)
  }

  if (isOpen(root)) return undefined
  return [...names, ...[...patterns].map((pattern) => new RegExp(pattern, 'u'))]
}

/** What a reference within the schema leads to. */
const referred = (root: unknown, ref: unknown): unknown => {
  if (typeof ref !== 'string' || !ref.startsWith('#')) return undefined
  let at = root
  for (const part of decodeURIComponent(ref.slice(1)).split('/').slice(1)) {
    at = isObject(at) ? at[part.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined
  }
  return at
}
