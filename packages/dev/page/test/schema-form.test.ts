import { describe, expect, test } from '@jest/globals'
import { fieldsOf, initialTexts, readForm, textsOf } from '../src/send/schema-form.ts'

const schema = {
  type: 'object',
  required: ['id', 'items', 'customer', 'card'],
  properties: {
    id: { type: 'string', description: 'The number', pattern: '^o-' },
    items: { type: 'integer', minimum: 1, maximum: 20 },
    price: { type: 'number' },
    gift: { type: 'boolean' },
    card: { enum: ['valid', 'declined'], default: 'valid' },
    customer: { $ref: '#/$defs/Customer' },
    lines: { type: 'array', items: { type: 'object' } },
    note: { anyOf: [{ type: 'string' }, { type: 'null' }] },
    'a/b': { type: 'string' },
  },
  $defs: {
    Customer: {
      type: 'object',
      required: ['name'],
      properties: { name: { type: 'string' }, next: { $ref: '#/$defs/Customer' } },
    },
  },
}
const fields = fieldsOf(schema)
const kinds = Object.fromEntries(fields.map(({ name, kind }) => [name, kind]))

describe('the fields of a schema', () => {
  test('have the kind of their type', () => {
    expect(kinds).toEqual({
      id: 'text',
      items: 'integer',
      price: 'number',
      gift: 'boolean',
      card: 'choice',
      customer: 'group',
      lines: 'json',
      note: 'text',
      'a/b': 'text',
    })
  })

  test('say what is required, and what the schema demands', () => {
    expect(fields.filter(({ required }) => required).map(({ name }) => name)).toEqual([
      'id',
      'items',
      'card',
      'customer',
    ])
    expect(fields[0]?.hint).toBe('The number, pattern ^o-')
    expect(fields[1]?.hint).toBe('at least 1, at most 20')
  })

  test('start with the default', () => {
    expect(initialTexts(fields)).toEqual({ '/card': '"valid"' })
  })

  test('a schema that refers to itself ends as JSON', () => {
    const depth = (list: typeof fields): number => 1 + Math.max(0, ...list.map(({ fields: inner }) => depth(inner)))
    expect(depth(fields)).toBeLessThanOrEqual(6)
  })

  test.each([[{}], [{ type: 'object' }], [{ $ref: '#/$defs/Nothing' }], [{ $ref: '#' }]])('%j has none', (odd) => {
    expect(fieldsOf(odd)).toEqual([])
  })
})

describe('the value of a form', () => {
  const texts = {
    '/id': 'o-1',
    '/items': '3',
    '/price': '2.5',
    '/gift': 'false',
    '/card': '"declined"',
    '/customer/name': 'Ada',
    '/lines': '[{"sku":"A"}]',
    '/a~1b': 'c',
  }
  const value = {
    id: 'o-1',
    items: 3,
    price: 2.5,
    gift: false,
    card: 'declined',
    customer: { name: 'Ada' },
    lines: [{ sku: 'A' }],
    'a/b': 'c',
  }

  test('has the types of the schema', () => {
    expect(readForm(fields, texts)).toEqual({ value, problems: {} })
  })

  test('is shown by the same texts', () => {
    expect(readForm(fields, textsOf(fields, value)).value).toEqual(value)
  })

  test('names the fields that are missing or wrong', () => {
    const { problems } = readForm(fields, { '/items': '2.5', '/price': 'much', '/lines': '[', '/customer/name': '' })
    expect(Object.keys(problems).sort()).toEqual(['/card', '/id', '/items', '/lines', '/price'])
  })

  test('leaves out what was not written', () => {
    const { value: written } = readForm(fields, {
      '/id': 'o-1',
      '/items': '1',
      '/card': '"valid"',
      '/customer/name': 'Ada',
    })
    expect(Object.keys(written)).toEqual(['id', 'items', 'card', 'customer'])
  })

  test('a name such as __proto__ is a member like others', () => {
    const odd = fieldsOf(JSON.parse('{"properties":{"__proto__":{"type":"string"}}}'))
    const { value: written } = readForm(odd, { '/__proto__': 'x' })
    expect(Object.getOwnPropertyDescriptor(written, '__proto__')?.value).toBe('x')
  })
})
