import { describe, expect, test } from '@jest/globals'
import type { StandardSchema } from '@lpipe/core'
import { hasIssues, validate, validationError } from '@lpipe/core/middleware'
import { type } from 'arktype'
import * as v from 'valibot'
import * as z from 'zod'

/** Returns the paths that an error text names. */
const pathsOf = (schema: StandardSchema, kwargs: unknown, given: StandardSchema | undefined = schema): string[] => {
  const result = validate(schema, kwargs)
  if (result instanceof Promise || !hasIssues(result)) throw new Error('the schema accepted the value')
  const { message } = validationError('f', result.issues, kwargs, '', given)
  return message
    .slice('f: '.length)
    .split('; ')
    .map((one) => one.replace(/: .*/, ''))
}

describe('a name that the message chose is not written', () => {
  test.each<[what: string, schema: StandardSchema, kwargs: unknown, paths: string[]]>([
    ['zod: a record', z.object({ m: z.record(z.string(), z.number()) }), { m: { ada: 'x' } }, ['m.*']],
    [
      'zod: keys with a pattern',
      z.object({ m: z.record(z.string().regex(/^u_/), z.number()) }),
      { m: { u_ada: 'x' } },
      ['m.*'],
    ],
    [
      'zod: keys of digits',
      z.object({ m: z.record(z.string().regex(/^\d{4}$/), z.number()) }),
      { m: { 4711: 'x' } },
      ['m.*'],
    ],
    [
      'zod: below a record',
      z.object({ m: z.record(z.string(), z.object({ n: z.number() })) }),
      { m: { ada: { n: 'x' }, bo: {} } },
      ['m.*.n', 'm.*.n'],
    ],
    ['zod: not declared', z.strictObject({}), { ada: 1 }, ['*']],
    ['zod: not declared, deeper', z.object({ m: z.strictObject({ n: z.number() }) }), { m: { n: 1, ada: 1 } }, ['m.*']],
    ['zod: a catchall', z.object({}).catchall(z.number()), { ada: 'x' }, ['*']],
    ['valibot: a record', v.object({ m: v.record(v.string(), v.number()) }), { m: { ada: 'x' } }, ['m.*']],
    ['valibot: not declared', v.strictObject({}), { ada: 1 }, ['*']],
    ['valibot: the rest', v.objectWithRest({}, v.number()), { ada: 'x' }, ['*']],
    ['arktype: an index', type({ m: { '[string]': 'number' } }), { m: { ada: 'x' } }, ['m.*']],
    ['arktype: not declared', type({ '+': 'reject' }), { ada: 1 }, ['*']],
  ])('%s', (_, schema, kwargs, paths) => {
    expect(pathsOf(schema, kwargs)).toEqual(paths)
  })
})

describe('a name that the schema declares is written', () => {
  const zod = z.strictObject({ a: z.number(), list: z.array(z.object({ price: z.number() })).optional() })
  const valibot = v.strictObject({ a: v.number(), list: v.optional(v.array(v.object({ price: v.number() }))) })
  const arktype = type({ a: 'number', 'list?': type({ price: 'number' }).array(), '+': 'reject' })

  test.each<[library: string, schema: StandardSchema]>([
    ['zod', zod],
    ['valibot', valibot],
    ['arktype', arktype],
  ])('%s', (_, schema) => {
    expect(pathsOf(schema, { a: 'x' })).toEqual(['a'])
    expect(pathsOf(schema, {})).toEqual(['a'])
    expect(pathsOf(schema, { a: 1, list: [{ price: 1 }, { price: 'x' }, {}] }).sort()).toEqual(
      expect.arrayContaining(['list.1.price']),
    )
  })

  test('in a branch of a union, which its discriminator chooses', () => {
    const shape = z.discriminatedUnion('kind', [z.object({ kind: z.literal('circle'), radius: z.number() })])
    expect(pathsOf(z.object({ shape }), { shape: { kind: 'circle', radius: 'x' } })).toEqual(['shape.radius'])
  })
})

describe('a name counts as chosen by the message', () => {
  const asks = (answer: () => unknown): StandardSchema =>
    ({ '~standard': { version: 1, vendor: 'mine', validate: answer } }) as never
  const issues = { issues: [{ message: 'no', path: ['ada'] }] }
  const first = <T>(value: T, then: () => unknown) => {
    let calls = 0
    return () => (calls++ === 0 ? value : then())
  }

  test.each<[what: string, answer: () => unknown]>([
    ['the schema answers later', first(issues, () => Promise.reject(new Error('late')))],
    [
      'the schema throws',
      first(issues, () => {
        throw new Error('no')
      }),
    ],
    ['the schema accepts the copy', first(issues, () => ({ value: {} }))],
  ])('if %s', (_, answer) => {
    expect(pathsOf(asks(answer), { ada: 1 })).toEqual(['*'])
  })

  test('if the schema is not known', () => {
    expect(
      pathsOf(
        asks(() => issues),
        { ada: 1 },
        asks(() => ({ value: 1 })),
      ),
    ).toEqual(['*'])
    expect(validationError('f', issues.issues, { ada: 1 }).message).toMatch(/^f: \*: /)
  })
})
