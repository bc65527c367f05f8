import { expect, test } from '@jest/globals'
import { hasIssues, validate, validationError } from '@lpipe/core/middleware'
import { type JsonSchema, jsonSchema } from '@lpipe/json-schema'

/** Returns the paths that an error text names. */
const pathsOf = (schema: JsonSchema, kwargs: unknown): string[] => {
  const compiled = jsonSchema(schema)
  const result = validate(compiled, kwargs)
  if (result instanceof Promise || !hasIssues(result)) throw new Error('the schema accepted the value')
  const { message } = validationError('f', result.issues, kwargs, '', compiled)
  return message
    .slice('f: '.length)
    .split('; ')
    .map((one) => one.replace(/: .*/, ''))
}

const number = { type: 'number' } as const
const map = { type: 'object', additionalProperties: number } as const

test.each<[what: string, schema: JsonSchema, kwargs: unknown, paths: string[]]>([
  ['of a map', { type: 'object', properties: { m: map } }, { m: { ada: 'x' } }, ['m.*']],
  ['that is not declared', { type: 'object', additionalProperties: false }, { ada: 1 }, ['*']],
  ['of digits', { type: 'object', patternProperties: { '^[0-9]{4}$': number } }, { 4711: 'x' }, ['*']],
  ['of hexadecimal digits', { type: 'object', patternProperties: { '^[0-9a-f]+$': number } }, { ba5e: 'x' }, ['*']],
  ['that is refused itself', { type: 'object', propertyNames: { pattern: '^x' } }, { ada: 1 }, ['kwargs']],
])('a name that the message chose is not written: one %s', (_, schema, kwargs, paths) => {
  expect(pathsOf(schema, kwargs)).toEqual(paths)
})

test('a name that the schema declares is written', () => {
  const item = { type: 'object', properties: { price: number }, required: ['price'] } as const
  const properties = { a: number, list: { type: 'array', items: item } } as const
  const schema: JsonSchema = { type: 'object', properties, required: ['a'], additionalProperties: false }
  expect(pathsOf(schema, { a: 'x' })).toEqual(['a'])
  expect(pathsOf(schema, {})).toEqual(['a'])
  expect(pathsOf(schema, { a: 1, list: [{ price: 1 }, { price: 'x' }] })).toEqual(['list.1.price'])
  const manyTimes = Array.from({ length: 70 }, (_, index) => (index === 69 ? {} : { price: 1 }))
  expect(pathsOf(schema, { a: 1, list: manyTimes })).toEqual(['list.69.price'])
})
