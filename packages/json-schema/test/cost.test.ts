import { expect, test } from '@jest/globals'
import { hasIssues, validate, validationError } from '@lpipe/core/middleware'
import { type JsonSchema, jsonSchema } from '@lpipe/json-schema'

/** A message of 1 MiB costs at most this time, in milliseconds. Quadratic code takes minutes. */
const limit = 3000

const inArray = (items: JsonSchema, more: JsonSchema = {}): JsonSchema => ({
  type: 'object',
  properties: { v: { type: 'array', items, ...more } },
})
const text = (format: string): JsonSchema => ({ type: 'object', properties: { v: { type: 'string', format } } })
const list = (length: number, item: (at: number) => unknown) => ({ v: Array.from({ length }, (_, at) => item(at)) })
const nested = (depth: number): unknown => {
  let value: unknown = 1
  for (let at = 0; at < depth; at++) value = { n: value }
  return value
}
const tree: JsonSchema = {
  $ref: '#/$defs/tree',
  $defs: {
    tree: {
      anyOf: [{ type: 'object', required: ['n'], properties: { n: { $ref: '#/$defs/tree' } } }, { type: 'string' }],
    },
  },
}

test.each<[string, JsonSchema, unknown]>([
  ['uniqueItems of objects', inArray({ type: 'object' }, { uniqueItems: true }), list(90_000, (at) => ({ n: at }))],
  ['uniqueItems of strings', inArray({ type: 'string' }, { uniqueItems: true }), list(100_000, (at) => `t${at}`)],
  ['uniqueItemProperties', inArray({}, { uniqueItemProperties: ['n'] }), list(70_000, (at) => ({ n: { at } }))],
  ['format url, colons', text('url'), { v: `https://${'b:'.repeat(500_000)}@` }],
  ['format url, dots', text('url'), { v: `https://${'b.'.repeat(500_000)}!` }],
  ['format url, at signs', text('url'), { v: `https://${'b@'.repeat(500_000)}` }],
  ['format email', text('email'), { v: `${'b.'.repeat(500_000)}@` }],
  ['format uri', text('uri'), { v: `a:${'b%'.repeat(500_000)}` }],
  ['a million errors', inArray({ type: 'string' }), list(500_000, () => 1)],
  ['errors of unions', inArray({ anyOf: [{ type: 'string' }, { type: 'object' }] }), list(200_000, () => 1)],
  ['errors of nested unions', inArray({ $ref: '#/$defs/tree' }, {}), list(30, () => nested(1500))],
])('%s', (_, schema, message) => {
  const compiled = jsonSchema({ ...schema, $defs: tree['$defs'] })
  const start = performance.now()
  const result = validate(compiled, message)
  if (hasIssues(result as never)) validationError('f', (result as { issues: [] }).issues, message, '', compiled)
  expect(performance.now() - start).toBeLessThan(limit)
})

test('format url accepts and refuses what it did', () => {
  const schema = jsonSchema(text('url'))
  const accepted = (v: string) => !hasIssues(validate(schema, { v }) as never)
  const right = [
    'http://example.com',
    'https://a-b.example.co.uk:8080/x?y=z#w',
    'ftp://user:secret@example.com/a@b',
    'http://142.42.1.1/',
    'http://例え.テスト',
  ]
  const wrong = [
    '',
    'example.com',
    'http://',
    'http://localhost',
    'http://10.1.1.1',
    'http://a b.com',
    'http://user@@example.com/',
    'mailto:a@example.com',
  ]
  expect(right.filter((one) => !accepted(one))).toEqual([])
  expect(wrong.filter(accepted)).toEqual([])
})
