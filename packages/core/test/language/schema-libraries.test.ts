import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { compile, type ErrorsIn } from '../../../lpipe-preset/test/compilers.ts'

const folder = fileURLToPath(new URL('../../node_modules', import.meta.url))
const compilers = [
  ['5.4', '../../../lpipe-preset/node_modules/typescript54/bin/tsc'],
  ['5.9', '../../../lpipe-preset/node_modules/typescript59/bin/tsc'],
  ['7', '../../../../node_modules/typescript/bin/tsc'],
] as const

/** The same schema in each library. */
const schemas = {
  zod: ["import * as z from 'zod'", "z.object({ id: z.string(), 'n': z.number().optional() })"],
  valibot: ["import * as v from 'valibot'", 'v.object({ id: v.string(), n: v.optional(v.number()) })'],
  arktype: ["import { type } from 'arktype'", "type({ id: 'string', 'n?': 'number' })"],
} as const
type Library = keyof typeof schemas
const libraries = Object.keys(schemas) as Library[]

const program = (library: Library, lines: string): string => {
  const [imports, schema] = schemas[library]
  return `import { fn, payload, queue } from '@lpipe/core'\n${imports}\n${lines.replaceAll('SCHEMA', schema)}\n`
}

const right = `const Shipment = SCHEMA
const parcels = queue({ type: 'sqs', name: 'parcels.fifo', schema: Shipment, groupId: ({ kwargs }) => kwargs.id })
const clicks = queue({ type: 'kinesis', name: 'clicks', schema: SCHEMA, partitionKey: ({ kwargs }) => kwargs.id })
export const both = [payload({ queue: parcels, kwargs: { id: 'a' } }), payload({ queue: clicks, kwargs: { id: 'a', n: 1 } })]
export const ship = fn(SCHEMA, ({ id, n = 0 }) => id.length + n)`

const wrong: readonly (readonly [name: string, code: string, text: string])[] = [
  [
    'payload',
    "payload({ queue: queue({ type: 'sqs', name: 'a', schema: SCHEMA }), kwargs: { id: 1 } })",
    "Type 'number' is not assignable to type 'string'",
  ],
  [
    'callback',
    "queue({ type: 'sqs', name: 'a.fifo', schema: SCHEMA, groupId: ({ kwargs }) => kwargs.no })",
    "Property 'no' does not exist",
  ],
  ['function', 'fn(SCHEMA, ({ no }) => no)', "Property 'no' does not exist"],
]

describe.each(compilers)('TypeScript %s knows the kwargs of a queue and of a function', (_, tsc) => {
  let errorsIn: ErrorsIn = () => []

  beforeAll(() => {
    const files = libraries.flatMap((library) => [
      [`${library}.ts`, program(library, right)] as const,
      ...wrong.map(([name, code]) => [`${library}-${name}.ts`, program(library, code)] as const),
    ])
    errorsIn = compile(fileURLToPath(new URL(tsc, import.meta.url)), folder, Object.fromEntries(files))
  })

  test.each(libraries)('by a schema of %s', (library) => {
    expect(errorsIn(`${library}.ts`)).toEqual([])
    for (const [name, , text] of wrong) {
      expect(errorsIn(`${library}-${name}.ts`)).toEqual([expect.stringContaining(text)])
    }
  })
})
