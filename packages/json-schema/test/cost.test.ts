import { expect, test } from '@jest/globals'
import { hasIssues, validate, validationError } from '@lpipe/core/middleware'
import { type JsonSchema, jsonSchema } from '@lpipe/json-schema'
import { excessiveExpressions, stepsOf } from './steps.ts'

/** Four times the message takes four times the work; quadratic code takes sixteen times as much. */
const [size, growth, limit] = [200, 4, 5]
/** An expression goes back at most this often for each character; a quadratic one goes back hundreds of times. */
const maxBacktracks = 50

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

test.each<[string, JsonSchema, (size: number) => unknown]>([
  ['uniqueItems of objects', inArray({ type: 'object' }, { uniqueItems: true }), (n) => list(n, (at) => ({ n: at }))],
  ['uniqueItems of strings', inArray({ type: 'string' }, { uniqueItems: true }), (n) => list(n, (at) => `t${at}`)],
  ['uniqueItemProperties', inArray({}, { uniqueItemProperties: ['n'] }), (n) => list(n, (at) => ({ n: { at } }))],
  ['format url, colons', text('url'), (n) => ({ v: `https://${'b:'.repeat(n)}@` })],
  ['format url, dots', text('url'), (n) => ({ v: `https://${'b.'.repeat(n)}!` })],
  ['format url, at signs', text('url'), (n) => ({ v: `https://${'b@'.repeat(n)}` })],
  ['format email', text('email'), (n) => ({ v: `${'b.'.repeat(n)}@` })],
  ['format uri', text('uri'), (n) => ({ v: `a:${'b%'.repeat(n)}` })],
  ['many errors', inArray({ type: 'string' }), (n) => list(n, () => 1)],
  ['errors of unions', inArray({ anyOf: [{ type: 'string' }, { type: 'object' }] }), (n) => list(n, () => 1)],
  ['errors of nested unions', inArray({ $ref: '#/$defs/tree' }, {}), (n) => list(3, () => nested(n))],
])('%s: the work grows with the message', (_, schema, messageOf) => {
  const compiled = jsonSchema({ ...schema, $defs: tree['$defs'] })
  const judge = (message: unknown) => {
    const result = validate(compiled, message)
    if (hasIssues(result as never)) validationError('f', (result as { issues: [] }).issues, message, '', compiled)
  }
  judge(messageOf(1)) // it is compiled now
  const [small, large] = [messageOf(size), messageOf(size * growth)]
  const steps = stepsOf(() => judge(small))
  expect(steps).toBeGreaterThan(0)
  expect(stepsOf(() => judge(large))).toBeLessThan(limit * steps)
  expect(excessiveExpressions(maxBacktracks, () => judge(large))).toEqual([])
})

test('quadratic work is found', () => {
  const compareAll = (n: number) => () => {
    for (let a = 0; a < n; a++) for (let b = 0; b < n; b++);
  }
  expect(stepsOf(compareAll(size * growth))).toBeGreaterThan(limit * stepsOf(compareAll(size)))
  expect(excessiveExpressions(maxBacktracks, () => /^(?:a+)+$/.test(`${'a'.repeat(30)}b`))).toEqual(['^(?:a+)+$'])
  const right = () => {
    expect(/^a+$/.test('aaa')).toBe(true)
    expect(/^(a)+$/.test('aab')).toBe(false)
  }
  expect(excessiveExpressions(maxBacktracks, right)).toEqual([])
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
