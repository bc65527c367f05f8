import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'

const preamble = `import { action, fn, lpipe, payload, queue } from 'lpipe-preset'
import * as z from 'zod'
declare const isBig: boolean
const Shipment = z.object({ id: z.string(), weight: z.number().optional() })
const ship = fn(Shipment, ({ id }) => id)
const take = ({ id }: { id: string }) => id
const count = ({ id }: { id: number }) => id
const parcels = queue({ type: 'sqs', name: 'parcels', schema: Shipment })
const anything = queue({ type: 'sqs', name: 'anything' })
export { action, anything, count, fn, isBig, lpipe, Shipment, parcels, payload, queue, ship, take, z }
`

/** Wrong programs, and the text that the compiler must show. */
const programs: readonly (readonly [name: string, code: string, text: string])[] = [
  [
    'a payload for a missing path',
    "lpipe({ paths: { A: [() => payload({ path: 'ALARMM' })], ALARM: [take] } })",
    'no path is called ALARMM',
  ],
  [
    'a payload for a missing path in an array in a promise',
    "lpipe({ paths: { A: [async () => [isBig ? payload({ path: 'ALARMM' }) : undefined]], ALARM: [take] } })",
    'no path is called ALARMM',
  ],
  [
    'an action with a missing path',
    "lpipe({ paths: { A: [action({ functions: [take], paths: ['ALARMM'] })] } })",
    'no path is called ALARMM',
  ],
  ['a payload in a graph without paths', "lpipe({ call: () => payload({ path: 'SHIP' }) })", 'no path is called SHIP'],
  [
    'kwargs of the wrong type',
    "lpipe({ paths: { A: [() => payload({ path: 'SHIP', kwargs: { id: 5 } })], SHIP: [ship] } })",
    'path SHIP: the member id must be string, received number',
  ],
  [
    'kwargs of the wrong type for a function without a schema',
    "lpipe({ paths: { A: [() => payload({ path: 'SHIP', kwargs: { id: ['a'] } })], SHIP: [take] } })",
    'path SHIP: the member id must be string, received array',
  ],
  [
    'kwargs that lack a member',
    "lpipe({ paths: { A: [() => payload({ path: 'SHIP', kwargs: { weight: 5 } })], SHIP: [ship] } })",
    'path SHIP requires the member id',
  ],
  [
    'kwargs whose member may be missing',
    "lpipe({ paths: { A: [(kwargs: { id?: string }) => payload({ path: 'SHIP', kwargs })], SHIP: [take] } })",
    'path SHIP: the member id must be string, received missing',
  ],
  [
    'an action that forwards the wrong type',
    "lpipe({ paths: { A: [action({ functions: [count], paths: ['SHIP'] })], SHIP: [ship] } })",
    'path SHIP: the member id must be string, received number',
  ],
  [
    'an action that does not forward a member',
    "lpipe({ paths: { A: [action({ requiredParams: ['weight'], paths: ['SHIP'] })], SHIP: [ship] } })",
    'path SHIP requires the member id, which the action does not forward',
  ],
  [
    'an action whose functions require more than it picks',
    "lpipe({ paths: { A: [action({ functions: [take], requiredParams: ['weight'] })] } })",
    'requiredParams lacks the member id, which a function of the action requires',
  ],
  [
    'an action that forwards the wrong type to a queue',
    'lpipe({ paths: { A: [action({ functions: [count], queues: [parcels] })] } })',
    'queue parcels: the member id must be string, received number',
  ],
  [
    'an action that does not forward a member to a queue',
    "lpipe({ paths: { A: [action({ requiredParams: ['weight'], queues: [parcels] })] } })",
    'queue parcels requires the member id, which the action does not forward',
  ],
  [
    'an action that forwards what JSON cannot carry',
    'lpipe({ paths: { A: [action({ functions: [({ at }: { at: Date }) => at], queues: [anything] })] } })',
    'queue anything: JSON cannot carry the member at',
  ],
  [
    'a missing start',
    "lpipe({ paths: { SHIP: [ship] }, defaultPath: 'SHIPP' })",
    `'"SHIPP"' is not assignable to type '"SHIP"'`,
  ],
  [
    'a missing entry',
    "lpipe({ paths: { SHIP: [ship] }, entries: ['SHIPP'] })",
    `'"SHIPP"' is not assignable to type '"SHIP"'`,
  ],
  [
    'a plain object',
    "lpipe({ paths: { A: [() => ({ path: 'A', kwargs: {} })] } })",
    'an object with kwargs and a path or queue runs nothing: make it with payload()',
  ],
  [
    'a nested array',
    "lpipe({ paths: { A: [() => [[payload({ path: 'A' })]]] } })",
    'payloads in a nested array would be lost: return array.flat()',
  ],
  [
    'a Set',
    "lpipe({ paths: { A: [() => new Set([payload({ path: 'A' })])] } })",
    'payloads in a Set or Map would be lost: return an array',
  ],
  [
    'promises in an array',
    "lpipe({ paths: { A: [() => [Promise.resolve(payload({ path: 'A' }))]] } })",
    'promises in an array would be lost: return Promise.all(array)',
  ],
  [
    'a generator',
    "lpipe({ paths: { A: [function* () { yield payload({ path: 'A' }) }] } })",
    'a generator never runs: return an array of payloads',
  ],
  [
    'an asynchronous generator',
    "lpipe({ paths: { A: [async function* () { yield payload({ path: 'A' }) }] } })",
    'a generator never runs: return an array of payloads',
  ],
  [
    'kwargs of the wrong type for a queue',
    'payload({ queue: parcels, kwargs: { id: 5 } })',
    "Type 'number' is not assignable to type 'string'",
  ],
  ['kwargs that lack a member for a queue', 'payload({ queue: parcels, kwargs: {} })', "Property 'id' is missing"],
  ['no kwargs for a queue', 'payload({ queue: parcels })', "Property 'kwargs' is missing"],
  ['a Date', 'payload({ queue: anything, kwargs: { at: new Date() } })', 'JSON cannot carry a Date'],
  ['a bigint', 'payload({ queue: anything, kwargs: { n: 1n } })', 'JSON cannot carry a bigint'],
  ['a Map', 'payload({ queue: anything, kwargs: { by: new Map() } })', 'JSON cannot carry a Map'],
  ['a Set for a queue', 'payload({ queue: anything, kwargs: { all: new Set() } })', 'JSON cannot carry a Set'],
  ['a function', 'payload({ queue: anything, kwargs: { run: take } })', 'JSON cannot carry a function'],
  ['a symbol', "payload({ queue: anything, kwargs: { as: Symbol('a') } })", 'JSON cannot carry a symbol'],
  [
    'undefined',
    'payload({ queue: anything, kwargs: { id: isBig ? undefined : 1 } })',
    'JSON cannot carry undefined: leave the member out',
  ],
  [
    'a callback that reads what the schema lacks',
    "queue({ type: 'sqs', name: 'a.fifo', schema: Shipment, groupId: ({ kwargs }) => kwargs.group })",
    "Property 'group' does not exist",
  ],
  [
    'a callback that returns no string',
    "queue({ type: 'kinesis', name: 'a', schema: Shipment, partitionKey: ({ kwargs }) => kwargs.weight })",
    "Type 'number | undefined' is not assignable to type 'string'",
  ],
]

const right = `import { action, anything, fn, lpipe, Shipment, parcels, payload, ship, take } from './preamble.ts'
const toShip = fn(Shipment, ({ id }) => [payload({ path: 'SHIP', kwargs: { id } }), payload({ queue: parcels, kwargs: { id } })])
lpipe({
  paths: {
    A: [toShip, async (_, { logger }) => logger.info('any')],
    SHIP: [action({ functions: [ship], paths: ['TAKE'], queues: [parcels, anything] })],
    TAKE: [take],
  },
  defaultPath: 'A',
})
`

const requireHere = createRequire(import.meta.url)
const folder = dirname(dirname(fileURLToPath(import.meta.url)))
const compilers = [
  ['5.4', 'typescript54'],
  ['5.9', 'typescript59'],
  ['7', 'typescript'],
] as const

describe.each(compilers)('TypeScript %s', (version, name) => {
  let program = ''
  let printed = ''

  beforeAll(() => {
    program = mkdtempSync(join(folder, 'node_modules/graph-errors-'))
    writeFileSync(join(program, 'preamble.ts'), preamble)
    writeFileSync(join(program, 'right.ts'), right)
    const imports =
      "import { action, anything, count, isBig, lpipe, Shipment, parcels, payload, queue, ship, take } from './preamble.ts'\n"
    for (const [index, [, code]] of programs.entries()) {
      writeFileSync(join(program, `wrong-${index}.ts`), `${imports}${code}\n`)
    }
    const compilerOptions = {
      target: 'es2022',
      lib: ['esnext'],
      module: 'nodenext',
      types: ['node'],
      strict: true,
      skipLibCheck: true,
      noEmit: true,
      allowImportingTsExtensions: true,
      customConditions: ['@lpipe/source'],
    }
    writeFileSync(join(program, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
    const tsc = join(dirname(requireHere.resolve(`${name}/package.json`)), 'bin/tsc')
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', program, '--pretty', 'false', '--noErrorTruncation'], {
      encoding: 'utf8',
      cwd: program,
    })
    printed = stdout
  }, 60_000)

  afterAll(() => rmSync(program, { recursive: true }))

  /** Returns what the compiler printed about a file: one text for each error. */
  const errorsIn = (file: string): string[] =>
    printed
      .split(/\n(?=\S)/)
      .filter((error) => error.startsWith(`${file}(`))
      .map((error) => error.trim())

  test('is the version that is meant', () => {
    const { version: installed } = requireHere(`${name}/package.json`) as { version: string }
    expect(installed.startsWith(`${version}.`)).toBe(true)
  })

  test('accepts a right graph', () => {
    expect([...errorsIn('preamble.ts'), ...errorsIn('right.ts')]).toEqual([])
  })

  test.each(programs.map(([title, code, text], index) => [title, index, code, text] as const))(
    'refuses %s',
    (_, index, __, text) => {
      const errors = errorsIn(`wrong-${index}.ts`)
      expect(errors).toEqual([expect.stringContaining(text)])
      expect(errors[0]).toMatch(/^wrong-\d+\.ts\(2,/)
    },
  )
})
