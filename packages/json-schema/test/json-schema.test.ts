import { describe, expect, test } from '@jest/globals'
import { fn, InvalidConfigurationError, type Issue } from '@lpipe/core'
import { hasIssues, signatureOf, validate, validationError } from '@lpipe/core/middleware'
import { type JsonSchema, jsonSchema } from '@lpipe/json-schema'

const through = (schema: JsonSchema, kwargs: unknown): unknown => {
  const compiled = jsonSchema(schema)
  const result = validate(compiled, kwargs)
  if (result instanceof Promise) throw new Error('a JSON Schema answers at once')
  if (hasIssues(result)) throw validationError('subscribe', result.issues, kwargs, ' (path SUBSCRIBE)', compiled)
  return result.value
}

const messageOf = (schema: JsonSchema, kwargs: unknown): string => {
  try {
    through(schema, kwargs)
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('it was let through')
}

/** A schema for one member `v`. */
const v = (schema: JsonSchema): JsonSchema => ({ type: 'object', properties: { v: schema } })

const subscribe = {
  type: 'object',
  required: ['email'],
  properties: { email: { type: 'string', format: 'email' }, tier: { enum: ['free', 'paid'], default: 'free' } },
} as const

describe('what a function sees', () => {
  test('what the schema declares and the message holds, and defaults; nothing else', () => {
    expect(through(subscribe, { email: 'a@example.com', extra: 1 })).toEqual({ email: 'a@example.com', tier: 'free' })
    expect(through({ type: 'object' }, { extra: 1 })).toEqual({})
    expect(through({ type: 'object', required: ['a'] }, { a: 1, b: 2 })).toEqual({ a: 1 })
  })

  test.each<[JsonSchema, unknown]>([
    [
      { type: 'object', additionalProperties: true },
      { a: 1, x: 'y' },
    ],
    [
      { type: 'object', properties: { a: {} }, additionalProperties: { type: 'string' } },
      { a: 1, x: 'y' },
    ],
    [
      { type: 'object', properties: { a: {} }, unevaluatedProperties: { type: 'string' } },
      { a: 1, x: 'y' },
    ],
    [
      { type: 'object', allOf: [{ type: 'object', additionalProperties: true }] },
      { a: 1, x: 'y' },
    ],
  ])('everything, if more members are declared in general: %j', (schema, all) => {
    const seen = through(schema, all)
    expect(seen).toEqual(all)
    expect(seen).not.toBe(all)
    expect(Object.getPrototypeOf(seen)).toBe(Object.prototype)
  })

  test('members whose names follow a pattern that is declared', () => {
    const schema = { type: 'object', properties: { a: {} }, patternProperties: { '^x-': { type: 'string' } } } as const
    expect(through(schema, { a: 1, b: 2, 'x-c': 'c' })).toEqual({ a: 1, 'x-c': 'c' })
    expect(messageOf(schema, { 'x-c': 1 })).toBe('subscribe: *: expected string, received number (path SUBSCRIBE)')
  })

  test('members that a branch declares, or a reference', () => {
    const branch = (name: string) =>
      ({ type: 'object', required: [name], properties: { [name]: { type: 'integer' } } }) as const
    const all = { a: 1, b: 2, c: 3, d: 4 }
    const consequence = 'then' // a name of its own, for the linter takes the literal for a promise
    expect(through({ type: 'object', anyOf: [branch('a'), branch('b')] }, all)).toEqual({ a: 1, b: 2 })
    expect(through({ type: 'object', allOf: [branch('a'), branch('c')] }, all)).toEqual({ a: 1, c: 3 })
    expect(through({ type: 'object', if: branch('a'), [consequence]: branch('d') }, all)).toEqual({ a: 1, d: 4 })
    expect(through({ $ref: '#/$defs/it', $defs: { it: branch('c') } }, all)).toEqual({ c: 3 })
    expect(through({ ...branch('a'), allOf: [{ anyOf: [{ $ref: '#/allOf/1' }] }, branch('b')] }, all)).toEqual({
      a: 1,
      b: 2,
    })
  })

  test('the message is left as it was, defaults and transforms in nested objects too', () => {
    const schema = {
      type: 'object',
      properties: {
        at: { type: 'object', properties: { city: { type: 'string', default: 'London' } }, default: {} },
        list: { type: 'array', items: { type: 'object', properties: { n: { type: 'integer', default: 1 } } } },
        name: { type: 'string', transform: ['trim'] },
      },
    } as const
    const kwargs = { at: {}, list: [{}, { n: 2 }], name: ' Ada ' }
    const before = structuredClone(kwargs)
    expect(through(schema, kwargs)).toEqual({ at: { city: 'London' }, list: [{ n: 1 }, { n: 2 }], name: 'Ada' })
    expect(kwargs).toEqual(before)
  })

  test('a default of its own, each time', () => {
    const schema = jsonSchema(v({ type: 'array', default: [] }))
    const one = validate(schema, {}) as { value: { v: unknown[] } }
    one.value.v.push(1)
    expect(validate(schema, {})).toEqual({ value: { v: [] } })
  })

  test('values that are not an object, if the schema wants them', () => {
    expect(through({ type: 'string' }, 'text')).toBe('text')
  })
})

describe('what is refused', () => {
  test.each<[what: string, schema: JsonSchema, kwargs: unknown, message: string]>([
    ['a member that is missing', subscribe, {}, 'email: expected string, received missing'],
    ['a wrong type', subscribe, { email: 7 }, 'email: expected string, received number'],
    ['null', subscribe, { email: null }, 'email: expected string, received null'],
    ['a literal', subscribe, { email: 'a@b.co', tier: 'SECRET' }, 'tier: expected "free" or "paid", received string'],
    ['a format', subscribe, { email: 'SECRET' }, 'email: expected email, received string'],
    ['kwargs that are not an object', subscribe, ['SECRET'], 'kwargs: expected object, received array'],
    ['text for an integer', v({ type: 'integer' }), { v: '1' }, 'v: expected integer, received string'],
    ['a boolean for an integer', v({ type: 'integer' }), { v: true }, 'v: expected integer, received boolean'],
    ['a fraction for an integer', v({ type: 'integer' }), { v: 1.5 }, 'v: expected integer, received number'],
    ['a number for a boolean', v({ type: 'boolean' }), { v: 1 }, 'v: expected boolean, received number'],
    ['a scalar for an array', v({ type: 'array' }), { v: 1 }, 'v: expected array, received number'],
    [
      'an entry',
      v({ type: 'array', items: { type: 'string' } }),
      { v: ['a', 1] },
      'v.1: expected string, received number',
    ],
    ['a list of types', v({ type: ['string', 'null'] }), { v: 1 }, 'v: expected string or null, received number'],
    ['a constant', v({ const: 'yes' }), { v: 'SECRET' }, 'v: expected "yes", received string'],
    ['too small', v({ type: 'number', minimum: 1 }), { v: 0 }, 'v: expected >= 1, received number'],
    [
      'too short',
      v({ type: 'string', minLength: 9 }),
      { v: 'SECRET' },
      'v: expected at least 9 characters, received string',
    ],
    ['too many', v({ type: 'array', maxItems: 0 }), { v: [1] }, 'v: expected at most 0 items, received array'],
    [
      'not like it',
      v({ type: 'string', pattern: '^a' }),
      { v: 'SECRET' },
      'v: expected string matching ^a, received string',
    ],
    ['no multiple', v({ type: 'number', multipleOf: 2 }), { v: 3 }, 'v: expected a multiple of 2, received number'],
    ['twice', v({ type: 'array', uniqueItems: true }), { v: [1, 1] }, 'v: expected unique items, received array'],
    ['extra', { type: 'object', additionalProperties: false }, { x: 1 }, '*: expected no value, received number'],
    ['forbidden', { type: 'object', properties: { x: false } }, { x: 1 }, 'x: expected no value, received number'],
    [
      'dependent',
      { type: 'object', dependentRequired: { a: ['b'] } },
      { a: 1 },
      'b: expected a value, received missing',
    ],
    ['not that', v({ not: { type: 'string' } }), { v: 'SECRET' }, 'v: not accepted, received string'],
    [
      'a name with slashes',
      { type: 'object', properties: { 'a/b~c': { type: 'null' } } },
      { 'a/b~c': 1 },
      'a/b~c: expected null, received number',
    ],
    [
      'a union of kinds',
      v({ anyOf: [{ type: 'string' }, { type: 'integer' }, { const: null }] }),
      { v: true },
      'v: expected string or integer or null, received boolean',
    ],
    [
      'a union of objects',
      v({
        oneOf: [
          { type: 'object', required: ['r'], properties: { r: { type: 'number' } } },
          { type: 'array', items: { type: 'number' } },
        ],
      }),
      { v: {} },
      'v: expected array or another form, received object; v.r: expected number, received missing',
    ],
    [
      'a union of references beside what else is wrong',
      {
        type: 'object',
        required: ['b'],
        properties: { a: { anyOf: [{ $ref: '#/$defs/s' }, { $ref: '#/$defs/n' }] } },
        $defs: { s: { type: 'string' }, n: { type: 'number' } },
      },
      { a: true },
      'b: expected a value, received missing; a: expected string or number, received boolean',
    ],
    [
      'in the words of the user, which may quote: not in the message',
      v({ type: 'string', errorMessage: '$'.concat('{/v} is wrong') }),
      { v: 42 },
      'v: expected string, received number',
    ],
  ])('%s', (_, schema, kwargs, message) => {
    expect(messageOf(schema, kwargs)).toBe(`subscribe: ${message} (path SUBSCRIBE)`)
  })

  test('all issues are reported with their paths, without the values', () => {
    const kwargs = { email: { SECRET: 1 }, tier: 'SECRET' }
    const result = validate(jsonSchema(subscribe), kwargs) as { issues: readonly Issue[] }
    expect(result.issues).toEqual([
      { message: 'must be string', path: ['email'], expected: 'string' },
      { message: 'must be equal to one of the allowed values', path: ['tier'], expected: '"free" or "paid"' },
    ])
    expect(JSON.stringify(result)).not.toContain('SECRET')
  })

  test('schemas that are used at once do not share what they found', () => {
    const [one, two] = [jsonSchema(v({ type: 'string' })), jsonSchema(v({ type: 'null' }))]
    const first = validate(one, { v: 1 })
    validate(two, { v: 1 })
    validate(one, { v: 'a' })
    expect(first).toMatchObject({ issues: [{ expected: 'string' }] })
  })
})

describe('formats', () => {
  test.each([
    ['email', 'a@example.com', 'a'],
    ['date-time', '2026-01-02T03:04:05Z', '2026-01-02'],
    ['date', '2026-01-02', '2026-13-02'],
    ['uuid', '123e4567-e89b-12d3-a456-426614174000', '123'],
    ['uri', 'https://example.com/', 'example'],
    ['ipv4', '10.0.0.1', '10.0.0.256'],
  ])('%s', (format, right, wrong) => {
    const schema = v({ type: 'string', format })
    expect(through(schema, { v: right })).toEqual({ v: right })
    expect(messageOf(schema, { v: wrong })).toBe(`subscribe: v: expected ${format}, received string (path SUBSCRIBE)`)
  })
})

describe('names that every object inherits', () => {
  test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty'])('%s is a member like any other', (name) => {
    const schema = JSON.parse(
      `{ "type": "object", "required": ["${name}"], "properties": { "${name}": { "type": "string" } } }`,
    )
    expect(messageOf(schema, {})).toMatch(`${name}: expected `)
    expect(messageOf(schema, JSON.parse(`{ "${name}": 1 }`))).toBe(
      `subscribe: ${name}: expected string, received number (path SUBSCRIBE)`,
    )
    const seen = through(schema, JSON.parse(`{ "${name}": "a", "extra": 1 }`))
    expect(JSON.stringify(seen)).toBe(`{"${name}":"a"}`)
    expect(Object.getPrototypeOf(seen)).toBe(Object.prototype)
  })

  test.each(['constructor', 'toString'])('%s may have a default', (name) => {
    expect(through({ type: 'object', properties: { [name]: { default: 1 } } }, {})).toEqual({ [name]: 1 })
  })

  test('nothing is polluted', () => {
    const schema = {
      type: 'object',
      properties: { at: { type: 'object', properties: { x: { default: 1 } } } },
    } as const
    const kwargs = JSON.parse('{ "__proto__": { "polluted": 1 }, "at": { "__proto__": { "polluted": 1 } } }')
    const seen = through(schema, kwargs) as { at: object }
    expect(JSON.stringify(seen)).toBe('{"at":{"__proto__":{"polluted":1},"x":1}}')
    expect(Object.getPrototypeOf(seen.at)).toBe(Object.prototype)
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
  })
})

test('an error text says what the names of properties must be, once', () => {
  const schema = { type: 'object', propertyNames: { maxLength: 3 } } as const
  expect(messageOf(schema, { SECRET: 1 })).toMatch(
    /: kwargs: expected property names: at most 3 characters, received object \(/,
  )
})

describe('a schema from elsewhere', () => {
  test('may have `nullable` of OpenAPI without a type, where it has no effect', () => {
    const schema = v({ nullable: true, enum: ['a', 'b'] })
    expect(through(schema, { v: 'a' })).toEqual({ v: 'a' })
    expect(messageOf(schema, { v: null })).toMatch(/v: expected "a" or "b", received null/)
    expect(through(v({ type: 'string', nullable: true }), { v: null })).toEqual({ v: null })
    expect(() => jsonSchema(schema, { strict: true })).toThrow(/nullable/)
  })

  test('may write a tuple as older drafts do, also if it names no draft', () => {
    const tuple = { items: [{ type: 'string' }, { type: 'number' }] } as const
    expect(through(v(tuple), { v: ['a', 1, true] })).toEqual({ v: ['a', 1, true] })
    expect(messageOf(v(tuple), { v: ['a', 'b'] })).toContain('v.1: expected number')
    const closed = v({ ...tuple, additionalItems: false })
    expect(through(closed, { v: ['a', 1] })).toEqual({ v: ['a', 1] })
    expect(() => through(closed, { v: ['a', 1, true] })).toThrow()
    expect(() => jsonSchema(closed, { strict: true })).toThrow(/items/)
    const draft = { $schema: 'https://json-schema.org/draft/2019-09/schema', ...closed }
    expect(through(draft, { v: ['a', 1] })).toEqual({ v: ['a', 1] })
  })

  test.each([
    [{ minimum: 0, exclusiveMinimum: true }, 1, 0],
    [{ minimum: 0, exclusiveMinimum: false }, 0, -1],
    [{ maximum: 5, exclusiveMaximum: true }, 4, 5],
    [{ exclusiveMaximum: true }, 9, 'a'],
  ] as unknown as [JsonSchema, number, unknown][])(
    'may have the exclusive limits of OpenAPI 3.0: %j',
    (limits, good, bad) => {
      const schema = v({ type: 'number', ...limits })
      expect(through(schema, { v: good })).toEqual({ v: good })
      expect(() => through(schema, { v: bad })).toThrow()
      expect(() => jsonSchema(schema, { strict: true })).toThrow(/exclusive/)
    },
  )

  test('may refer to a schema that has an id of its own beside a reference', () => {
    const schema = {
      $id: 'https://example.com/order.json',
      $ref: 'address.json',
      $defs: {
        address: {
          $id: 'address.json',
          $defs: { place: { properties: { zip: { type: 'string' } } } },
          $ref: '#/$defs/place',
        },
      },
    } as const
    expect(through(schema, { zip: '1', further: 2 })).toEqual({ zip: '1' })
    expect(messageOf(schema, { zip: 1 })).toContain('zip: expected string, received number')
  })

  test.each([
    ['an anchor', { $anchor: 'amount' }],
    ['a dynamic anchor', { $dynamicAnchor: 'amount' }],
  ])('may refer dynamically to %s that only one schema has, which is a reference like any other', (_, anchor) => {
    const schema = {
      properties: { price: { $dynamicRef: '#amount' }, both: { $dynamicRef: '#amount', $ref: '#/$defs/small' } },
      $defs: { amount: { ...anchor, type: 'number' }, small: { maximum: 5 } },
    } as const
    expect(through(schema, { price: 7, both: 5 })).toEqual({ price: 7, both: 5 })
    expect(messageOf(schema, { price: 'x', both: 6 })).toMatch(/price: expected number, .*both: expected <= 5/)
    expect(messageOf(schema, { both: 'x' })).toContain('both: expected number')
  })

  test.each<[what: string, root: JsonSchema, reference: JsonSchema]>([
    ['an anchor', { $anchor: 'node' }, { $ref: '#node' }],
    ['a dynamic anchor', { $dynamicAnchor: 'node' }, { $dynamicRef: '#node' }],
    ['an anchor beside an `$id`', { $id: 'https://example.com/tree', $anchor: 'node' }, { $ref: 'tree#node' }],
    ['a dynamic anchor beside definitions', { $dynamicAnchor: 'node', $defs: { a: {} } }, { $dynamicRef: '#node' }],
  ])('may refer to %s of its root', (_, root, reference) => {
    const schema: JsonSchema = {
      ...root,
      properties: { size: { type: 'number', default: 1 }, inner: reference },
    }
    expect(through(schema, { inner: { inner: {} } })).toEqual({ size: 1, inner: { size: 1, inner: { size: 1 } } })
    expect(messageOf(schema, { inner: { inner: { size: 'x' } } })).toContain('inner.inner.size: expected number')
  })

  test.each(['nullable', 'type', 'default', 'const', 'enum', 'examples', 'properties', '$id', '$ref'])(
    'may have a property called %s',
    (name) => {
      const schema: JsonSchema = {
        type: 'object',
        properties: { [name]: { type: 'integer' }, other: true },
        required: [name],
      }
      expect(through(schema, { [name]: 1, other: 2, further: 3 })).toEqual({ [name]: 1, other: 2 })
      expect(messageOf(schema, { [name]: 'x' })).toContain(`${name}: expected integer`)
      expect(through({ type: 'object', properties: { [name]: true } }, { [name]: 1 })).toEqual({ [name]: 1 })
    },
  )

  test.each(['default', 'enum', 'const', 'examples'])(
    'may have a definition called %s, which another schema refers to by its id or anchor',
    (name) => {
      const declared = { type: 'object', properties: { zip: { type: 'string' } } }
      for (const [ref, id] of [
        ['address.json', { $id: 'address.json' }],
        ['#address', { $anchor: 'address' }],
      ] as const) {
        const schema = { $defs: { [name]: { ...id, ...declared } }, $ref: ref }
        expect(through(schema, { zip: '1', further: 2 })).toEqual({ zip: '1' })
      }
    },
  )
})

describe('a schema that is wrong', () => {
  test.each<[schema: unknown, message: RegExp]>([
    [undefined, /^jsonSchema: the schema must be an object, received missing$/],
    [true, /received boolean/],
    [{ type: 'strng' }, /^jsonSchema: .*type/],
    [{ type: 'object', requird: ['a'] }, /unknown keyword: "requird"/],
    [{ type: 'object', required: 'a' }, /required/],
    [v({ type: 'string', format: 'emial' }), /unknown format "emial"/],
    [{ $ref: '#/$defs/none' }, /can't resolve reference/],
    [{ $async: true, type: 'object' }, /\$async/],
    [
      JSON.parse('{ "type": "object", "properties": { "__proto__": { "default": 1 } } }'),
      /__proto__ cannot have a default/,
    ],
  ])('%j is found when it is made', (schema, message) => {
    expect(() => jsonSchema(schema as JsonSchema, { strict: true })).toThrow(InvalidConfigurationError)
    expect(() => jsonSchema(schema as JsonSchema, { strict: true })).toThrow(message)
  })
})

test('the schema is the function’s signature', () => {
  const schema = jsonSchema(subscribe)
  expect(signatureOf(fn(schema, ({ email }) => email))?.schema).toBe(schema)
  expect(schema['~standard']).toMatchObject({ version: 1, vendor: '@lpipe/json-schema' })
})
