import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'
import type { FunctionSpec, Param, Sign } from '@lpipe/conformance'
import { runFolder } from '@lpipe/conformance'
import type { AnyFunction, Call, Kwargs } from '@lpipe/core'
import { fn, type StandardSchema } from '@lpipe/core'
import { type JsonSchema, jsonSchema } from '@lpipe/json-schema'
import { generated } from './generated.ts'

const folder = fileURLToPath(new URL('../vectors', import.meta.url))
const { functions } = JSON.parse(await readFile(`${folder}/functions.json`, 'utf8')) as {
  functions: Record<string, FunctionSpec>
}

const typesOf = ({ type = 'any' }: Param): readonly string[] => (typeof type === 'string' ? [type] : type)

const nullIfDefault = (param: Param): readonly string[] => (param.default === null ? ['null'] : [])

/** A JSON Schema for the parameters of a function in functions.json. */
const schemaFor = (params: readonly Param[]): JsonSchema => ({
  type: 'object',
  required: params.filter((param) => !('default' in param)).map(({ name }) => name),
  properties: Object.fromEntries(
    params.map((param) => {
      const types = [...typesOf(param), ...nullIfDefault(param)]
      const known: JsonSchema = types.includes('any')
        ? {}
        : { anyOf: types.map((type) => jsonTypes[type] ?? ({ type } as JsonSchema)) }
      return [param.name, 'default' in param ? { ...known, default: param.default } : known]
    }),
  ),
})

const jsonTypes: Readonly<Record<string, JsonSchema>> = {
  float: { type: 'number' },
  'array<string>': { type: 'array', items: { type: 'string' } },
}

/** Compiled once: a case makes its functions anew. */
const schemas = new Map(Object.entries(functions).map(([name, { params }]) => [name, jsonSchema(schemaFor(params))]))

/** The TypeScript source of a function with these parameters, which hands on what it sees. */
const sourceFor = (name: string, params: readonly Param[], index: number): string => {
  const typeOf = (param: Param) =>
    [...typesOf(param), ...nullIfDefault(param)].map((type) => tsTypes[type] ?? type).join(' | ')
  const key = ({ name }: Param) => `[${JSON.stringify(name)}]`
  const bound = params.map(
    (param, at) => `${key(param)}: p${at}${'default' in param ? ` = ${JSON.stringify(param.default)}` : ''}, `,
  )
  const typed = params.map((param) => `${key(param)}${'default' in param ? '?' : ''}: ${typeOf(param)}`)
  const seen = params.map((param, at) => `, ${key(param)}: p${at}`)
  return `const f${index} = ({ ${bound.join('')}...rest }: { ${typed.join('; ')} }, call: Call): unknown =>
  behaviours.get(${JSON.stringify(name)})?.({ ...rest${seen.join('')} }, call)
export { f${index} as ${name} }`
}

const tsTypes: Readonly<Record<string, string>> = {
  any: 'unknown',
  // TypeScript's `object` takes arrays too.
  object: 'Record<string, unknown>',
  integer: 'Integer',
  float: 'number',
  array: 'unknown[]',
  'array<string>': 'string[]',
}

const source = `import type { Call } from '@lpipe/core'
import { behaviours } from './behaviours.ts'
/** @asType integer */
type Integer = number
${Object.entries(functions)
  .map(([name, { params }], index) => sourceFor(name, params, index))
  .join('\n')}
`
const made = await generated(source)
const behaviours = (await import(`${made.folder}/behaviours.ts`)).behaviours as Map<string, Behaviour>
type Behaviour = (kwargs: Kwargs, call: Call) => unknown

const ways: readonly { readonly way: string; readonly sign: Sign | undefined }[] = [
  { way: 'a Standard Schema', sign: undefined },
  { way: 'a JSON Schema', sign: (name, _, run) => fn(schemas.get(name) as StandardSchema<unknown, Kwargs>, run) },
  {
    way: 'its TypeScript types',
    sign: (name, _, run) => {
      behaviours.set(name, run)
      return made.module[name] as AnyFunction
    },
  },
]

describe.each(ways)('the recorded cases, each function with its signature from $way', ({ sign }) => {
  test('all of them', async () => {
    const results = await runFolder(folder, sign)
    const run = results.filter(({ skipped }) => skipped === undefined)
    expect(run.filter(({ differences }) => differences.length > 0)).toEqual([])
    const about = (file: string) => run.filter(({ id }) => id.startsWith(file)).length
    for (const file of ['05-types/', '06-params/', '07-actions/']) expect(about(file)).toBeGreaterThan(10)
    expect(run.length).toBeGreaterThan(400)
  })
})

test('a signature that lets everything through would not do', async () => {
  const anything = jsonSchema({ type: 'object', additionalProperties: true })
  const results = await runFolder(folder, (_, __, run) => fn(anything, run as Behaviour as never))
  expect(results.filter(({ differences }) => differences.length > 0).length).toBeGreaterThan(50)
})
