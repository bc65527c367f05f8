import { isObject } from '../values.ts'
import type { ValidatorError } from './ajv-validator.ts'

/** Returns what a failed keyword expected, or undefined if that cannot be said in a few words. */
export const expectedBy = (error: ValidatorError): string | undefined => {
  const expected = expectedOf(error)
  return error.propertyName === undefined || expected === undefined ? expected : `property names: ${expected}`
}

const expectedOf = ({ keyword, params, parentSchema }: ValidatorError): string | undefined => {
  const { missingProperty, limit } = params
  if (typeof missingProperty === 'string') {
    const properties = isObject(parentSchema) ? parentSchema['properties'] : undefined
    const known = isObject(properties) && Object.hasOwn(properties, missingProperty)
    return (known ? typeIn(properties[missingProperty]) : undefined) ?? 'a value'
  }
  switch (keyword) {
    case 'type':
      return typeIn(params)
    case 'enum':
      return typeIn({ enum: params['allowedValues'] })
    case 'const':
      return typeIn({ const: params['allowedValue'] })
    case 'format':
      return String(params['format'])
    case 'pattern':
      return `string matching ${params['pattern']}`
    case 'multipleOf':
      return `a multiple of ${params['multipleOf']}`
    case 'uniqueItems':
      return 'unique items'
    case 'contains':
      return matchingItems(params)
    case 'additionalProperties':
    case 'unevaluatedProperties':
    case 'false schema':
      return 'no value'
    case 'errorMessage':
      return Array.isArray(params['errors']) ? params['errors'].map(expectedBy).join(' and ') : undefined
  }
  if (params['comparison'] !== undefined) return `${params['comparison']} ${limit}`
  const [, bound, of = ''] = /^(min|max)(Length|Items|Properties)$/.exec(keyword) ?? []
  if (bound === undefined) return undefined
  const unit = { Length: 'character', Items: 'item', Properties: 'property' }[of] as string
  return `${bound === 'min' ? 'at least' : 'at most'} ${limit === 1 ? `1 ${unit}` : `${limit} ${plural(unit)}`}`
}

const plural = (unit: string): string => unit.replace(/y$/, 'ie').concat('s')

const matchingItems = ({ minContains = 1, maxContains }: ValidatorError['params']): string => {
  if (maxContains !== undefined) return `${minContains} to ${maxContains} matching items`
  return `at least ${minContains} matching ${minContains === 1 ? 'item' : 'items'}`
}

/** Returns the types that a schema accepts, as text. */
const typeIn = (schema: unknown): string | undefined => {
  if (!isObject(schema)) return undefined
  if ('const' in schema) return JSON.stringify(schema['const'])
  const { enum: literals, type, $ref: ref } = schema
  const list = schema['anyOf'] ?? schema['oneOf']
  if (Array.isArray(literals)) return literals.map((one) => JSON.stringify(one)).join(' or ')
  if (Array.isArray(list)) return list.map((one) => typeIn(one) ?? 'another form').join(' or ')
  if (typeof ref === 'string') return decodeURIComponent(ref.slice(ref.lastIndexOf('/') + 1))
  return Array.isArray(type) ? type.join(' or ') : typeof type === 'string' ? type : undefined
}
