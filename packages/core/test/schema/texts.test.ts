import { describe, expect, test } from '@jest/globals'
import type { StandardSchema } from '@lpipe/core'
import { hasIssues, validate, validationError } from '@lpipe/core/middleware'
import { type } from 'arktype'
import * as v from 'valibot'
import { z } from 'zod'

/** Returns the error text for a value of the property `it`. */
const textOf = async (schema: StandardSchema, it: unknown): Promise<string> => {
  const kwargs = { it, comment: 'the quick brown fox must have jumped over the fence' }
  const result = await validate(schema, kwargs)
  if (!hasIssues(result)) throw new Error('the schema accepted the value')
  return validationError('f', result.issues, kwargs, '', schema).message.replace(/^f: /, '')
}

const inZod = (it: z.ZodType) => z.object({ it })
const inValibot = (it: v.GenericSchema) => v.object({ it })

describe('a discriminated union names the literals of its discriminator', () => {
  const zod = inZod(
    z.discriminatedUnion('shape', [
      z.object({ shape: z.literal('line'), length: z.number() }),
      z.object({ shape: z.literal('dot') }),
    ]),
  )
  const valibot = inValibot(
    v.variant('shape', [v.object({ shape: v.literal('line') }), v.object({ shape: v.literal('dot') })]),
  )
  const arktype = type({ it: type({ shape: "'line'", length: 'number' }).or({ shape: "'dot'" }) })

  test.each<[string, StandardSchema, string]>([
    ['zod', zod, 'it.shape: expected "line" or "dot", received string'],
    ['valibot', valibot, 'it.shape: expected ("line" | "dot"), received string'],
    ['arktype', arktype, 'it.shape: expected "line" or "dot", received string'],
  ])('%s', async (_, schema, text) => {
    expect(await textOf(schema, { shape: 'blob' })).toBe(text)
  })

  test('zod: a missing discriminator', async () => {
    expect(await textOf(zod, {})).toBe('it.shape: expected "line" or "dot", received missing')
  })

  test('an issue of a version that does not list them', () => {
    const issue = {
      code: 'invalid_union',
      errors: [],
      note: 'No matching discriminator',
      path: ['it'],
      message: 'Invalid',
    }
    expect(validationError('f', [issue], {}).message).toBe('f: it: not accepted, received missing')
  })
})

describe('a bound has a unit', () => {
  test.each<[string, StandardSchema, unknown, string]>([
    ['zod array', inZod(z.array(z.number()).min(1)), [], 'at least 1 item, received array'],
    ['zod array', inZod(z.array(z.number()).max(2)), [1, 2, 3], 'at most 2 items, received array'],
    ['zod array', inZod(z.array(z.number()).length(2)), [1], 'exactly 2 items, received array'],
    ['zod string', inZod(z.string().min(3)), 'ab', 'at least 3 characters, received string'],
    ['zod number', inZod(z.number().gt(3)), 3, 'more than 3, received number'],
    ['zod tuple', inZod(z.tuple([z.string()])), ['a', 'b'], 'at most 1 item, received array'],
    ['valibot array', inValibot(v.pipe(v.array(v.any()), v.minLength(1))), [], 'at least 1 item, received array'],
    ['valibot array', inValibot(v.pipe(v.array(v.any()), v.nonEmpty())), [], 'at least 1 item, received array'],
    ['valibot string', inValibot(v.pipe(v.string(), v.length(2))), 'a', 'exactly 2 characters, received string'],
    [
      'valibot record',
      inValibot(v.pipe(v.record(v.string(), v.any()), v.maxEntries(0))),
      { a: 1 },
      'at most 0 properties, received object',
    ],
    ['valibot number', inValibot(v.pipe(v.number(), v.minValue(3))), 1, '>=3, received number'],
    ['arktype array', type({ it: 'string[] > 0' }), [], 'non-empty, received array'],
  ])('%s', async (_, schema, value, text) => {
    expect(await textOf(schema, value)).toBe(`it: expected ${text}`)
  })
})

describe('checks name what they check', () => {
  test.each<[string, StandardSchema, unknown, string]>([
    ['zod multiple', inZod(z.number().multipleOf(2)), 3, 'it: expected a multiple of 2, received number'],
    ['zod regex', inZod(z.string().regex(/^q/)), 'x', 'it: expected string matching /^q/, received string'],
    ['zod prefix', inZod(z.string().startsWith('q')), 'x', 'it: expected string starting with "q", received string'],
    ['zod suffix', inZod(z.string().endsWith('q')), 'x', 'it: expected string ending with "q", received string'],
    ['zod part', inZod(z.string().includes('q')), 'x', 'it: expected string containing "q", received string'],
    [
      'valibot prefix',
      inValibot(v.pipe(v.string(), v.startsWith('q'))),
      'x',
      'it: expected string starting with "q", received string',
    ],
    [
      'valibot suffix',
      inValibot(v.pipe(v.string(), v.endsWith('q'))),
      'x',
      'it: expected string ending with "q", received string',
    ],
    [
      'valibot part',
      inValibot(v.pipe(v.string(), v.includes('q'))),
      'x',
      'it: expected string containing "q", received string',
    ],
    [
      'arktype intersection',
      type({ it: '/^q/ & string >= 3' }),
      'x',
      'it: expected matched by ^q and at least length 3, received string',
    ],
    [
      'zod strict',
      inZod(z.strictObject({})),
      { zz: 1, yy: [] },
      'it.*: expected no value, received number; it.*: expected no value, received array',
    ],
    ['valibot strict', inValibot(v.strictObject({})), { zz: 1 }, 'it.*: expected no value, received number'],
    [
      'valibot multiple',
      inValibot(v.pipe(v.number(), v.multipleOf(2))),
      3,
      'it: expected a multiple of 2, received number',
    ],
    [
      'valibot regex',
      inValibot(v.pipe(v.string(), v.regex(/^q/))),
      'x',
      'it: expected string matching /^q/, received string',
    ],
  ])('%s', async (_, schema, value, text) => {
    expect(await textOf(schema, value)).toBe(text)
  })
})

describe('the text of a check of the user', () => {
  const no = () => false
  test.each<[string, StandardSchema]>([
    ['zod refine', inZod(z.string().refine(no, 'must not be on a holiday'))],
    [
      'zod superRefine',
      z
        .object({ it: z.string() })
        .superRefine((_, ctx) => ctx.addIssue({ code: 'custom', path: ['it'], message: 'must not be on a holiday' })),
    ],
    ['valibot check', inValibot(v.pipe(v.string(), v.check(no, 'must not be on a holiday')))],
    [
      'valibot rawCheck',
      inValibot(
        v.pipe(
          v.string(),
          v.rawCheck(({ addIssue }) => addIssue({ message: 'must not be on a holiday' })),
        ),
      ),
    ],
    ['valibot custom', inValibot(v.custom(no, 'must not be on a holiday'))],
    [
      'valibot guard',
      inValibot(
        v.pipe(
          v.string(),
          v.guard((it): it is 'x' => it === 'x', 'must not be on a holiday'),
        ),
      ),
    ],
    [
      'valibot rawTransform',
      inValibot(
        v.pipe(
          v.string(),
          v.rawTransform(({ addIssue, NEVER }) => {
            addIssue({ message: 'must not be on a holiday' })
            return NEVER
          }),
        ),
      ),
    ],
  ])('%s: is used', async (_, schema) => {
    expect(await textOf(schema, '2026-12-25')).toBe('it: must not be on a holiday, received string')
  })

  test('arktype: is used', async () => {
    const schema = type({ it: type('string').narrow((_, ctx) => ctx.mustBe('on a working day')) })
    expect(await textOf(schema, '2026-12-25')).toBe('it: expected on a working day, received string')
  })

  test.each<[string, StandardSchema]>([
    ['zod refine', inZod(z.string().refine(no))],
    ['valibot check', inValibot(v.pipe(v.string(), v.check(no)))],
    [
      'valibot guard',
      inValibot(
        v.pipe(
          v.string(),
          v.guard((it): it is 'x' => it === 'x'),
        ),
      ),
    ],
    [
      'valibot rawCheck',
      inValibot(
        v.pipe(
          v.string(),
          v.rawCheck(({ addIssue }) => addIssue()),
        ),
      ),
    ],
    ['arktype narrow', type({ it: type('string').narrow(() => false) })],
  ])('%s: a library’s own text, which says nothing, is not used', async (_, schema) => {
    expect(await textOf(schema, 'PIN4711')).toBe('it: not accepted, received string')
  })

  test.each<[string, unknown]>([
    [
      'of an item',
      v.pipe(
        v.array(v.number()),
        v.someItem((one) => one > 5, 'needs a large one'),
      ),
    ],
    [
      'of all items',
      v.pipe(
        v.array(v.number()),
        v.everyItem((one) => one > 5, 'needs a large one'),
      ),
    ],
  ])('valibot: is used, %s', async (_, schema) => {
    expect(await textOf(inValibot(schema as never), [1])).toBe('it: needs a large one, received array')
  })

  test('may begin like the text of a library', async () => {
    const message = 'Invalid input for this size: use another one'
    expect(await textOf(inZod(z.string().refine(no, message)), 'a')).toBe(`it: ${message}, received string`)
  })

  const quoting = (text: (value: string) => string) => [
    inZod(z.string().refine(no, { error: ({ input }) => text(String(input)) })),
    inValibot(
      v.pipe(
        v.string(),
        v.check(no, ({ input }) => text(input)),
      ),
    ),
    type({ it: type('string').narrow((value, ctx) => ctx.mustBe(text(value))) }),
  ]

  test.each<[string, (value: string) => string, string]>([
    ['all of it', (value) => `must not be ${value}`, 'PIN4711'],
    ['a part of it', (value) => `no code like ${value.slice(0, 5)}...`, 'PIN4711'],
    ['it in lower case', (value) => `${value.toLowerCase()} is taken`, 'PIN4711'],
    ['a short one', (value) => `must not be ${value}`, '7'],
    ['another value of the message', () => 'not beside "must have jumped over"', 'x'],
  ])('is not used if it quotes %s', async (_, text, value) => {
    for (const schema of quoting(text)) expect(await textOf(schema, value)).toBe('it: not accepted, received string')
  })

  test('is cut', async () => {
    const message = 'x'.repeat(5000)
    expect((await textOf(inZod(z.string().refine(no, message)), 'a')).length).toBeLessThan(200)
  })

  test('is held against a message that is nested more deeply than the stack', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(200_000)}"PIN4711"${']'.repeat(200_000)}`)
    const issue = { code: 'custom', message: 'PIN4711 is taken', path: ['it'] }
    expect(validationError('f', [issue], { it: deep }).message).toBe('f: *: not accepted, received array')
  })
})
