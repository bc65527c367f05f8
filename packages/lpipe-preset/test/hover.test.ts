/** What an editor shows of values that the factories make: types that a user knows, and no helper types. */
import { rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type ts from 'typescript59'

const file = fileURLToPath(new URL('../node_modules/hover.ts', import.meta.url))
const program = `import middy from '@middy/core'
import { action, fn, lpipe, payload, queue } from 'lpipe-preset'
import * as v from 'valibot'
const Shipment = v.object({ id: v.string() })
const ship = fn(Shipment, async ({ id }, { logger }) => logger.info(id))
const parcels = queue({ type: 'sqs', name: 'parcels', path: 'SHIP', schema: Shipment })
const anything = queue({ type: 'sqs', name: 'anything' })
const toPath = payload({ path: 'SHIP', kwargs: { id: 'a' } })
const toQueue = payload({ queue: parcels, kwargs: { id: 'a' } })
const order = ({ id }: { id: string }) => (id === '' ? undefined : payload({ path: 'SHIP', kwargs: { id } }))
const step = action({ functions: [order], paths: ['SHIP'], queues: [anything] })
const middlewares = lpipe({ paths: { ORDER: [step], SHIP: [ship] }, entries: ['ORDER'] })
const keep = ({ id }: { id: string }) => id
const one = lpipe({ call: keep })
const handler = middy().use(middlewares)
export { anything, handler, one, toPath, toQueue }
`

const shipHover =
  '(({ id }: { id: string; }, { logger }: Call) => Promise<void>) & Signed<v.ObjectSchema<{ readonly id: v.StringSchema<undefined>; }, undefined>>'
const orderHover = '({ id }: { id: string; }) => Payload<{ readonly id: string; }, "SHIP"> | undefined'
const stepHover = `Action<readonly ["SHIP"], readonly [${orderHover}], readonly [QueueWithoutSchema<unknown, "anything", undefined>], readonly [], false>`
const pathsHover = `{ readonly ORDER: readonly [${stepHover}]; readonly SHIP: readonly [${shipHover}]; }`
const graphHover = `<${pathsHover}, (kwargs: object, call: Call) => unknown, never, "ORDER">`

const requireHere = createRequire(import.meta.url)

describe.each([
  ['5.4', 'typescript54'],
  ['5.9', 'typescript59'],
])('TypeScript %s shows', (_, name) => {
  const compiler = requireHere(name) as typeof ts
  let service: ts.LanguageService

  beforeAll(() => {
    writeFileSync(file, program)
    const options: ts.CompilerOptions = {
      target: compiler.ScriptTarget.ES2022,
      lib: ['lib.esnext.d.ts'],
      module: compiler.ModuleKind.NodeNext,
      types: ['node'],
      strict: true,
      skipLibCheck: true,
      noErrorTruncation: true,
      allowImportingTsExtensions: true,
      customConditions: ['@lpipe/source'],
    }
    service = compiler.createLanguageService({
      ...compiler.sys,
      useCaseSensitiveFileNames: () => true,
      getScriptFileNames: () => [file],
      getScriptVersion: () => '0',
      getScriptSnapshot: (path) => {
        const text = compiler.sys.readFile(path)
        return text === undefined ? undefined : compiler.ScriptSnapshot.fromString(text)
      },
      getCompilationSettings: () => options,
      getDefaultLibFileName: compiler.getDefaultLibFilePath,
    })
  })
  afterAll(() => {
    service.dispose()
    rmSync(file)
  })

  const hoverOf = (variable: string): string => {
    const at = program.indexOf(`const ${variable} `) + 'const '.length
    const shown =
      service
        .getQuickInfoAtPosition(file, at)
        ?.displayParts?.map(({ text }) => text)
        .join('') ?? ''
    return shown.replace(/\s+/g, ' ')
  }

  test('no error in the program', () => {
    const found = [...service.getSyntacticDiagnostics(file), ...service.getSemanticDiagnostics(file)]
    expect(found.map(({ messageText }) => messageText)).toEqual([])
  })

  test.each([
    ['ship', shipHover],
    ['parcels', 'Queue<{ id: string; }, "parcels", "SHIP">'],
    ['anything', 'QueueWithoutSchema<unknown, "anything", undefined>'],
    ['toPath', 'Payload<{ readonly id: "a"; }, "SHIP">'],
    ['toQueue', 'Payload<{ readonly id: "a"; }, Queue<{ id: string; }, "parcels", "SHIP">>'],
    ['order', orderHover],
    ['step', stepHover],
    ['middlewares', `GraphMiddleware${graphHover}[]`],
    [
      'one',
      `GraphMiddleware<Paths<Readonly<Record<string, PathDefinition>>>, ({ id }: { id: string; }) => string, never, never>[]`,
    ],
    ['handler', `middy.MiddyfiedHandler<unknown, any, Error, Context, WithGraph<KnownGraph${graphHover}>>`],
  ])('%s', (variable, expected) => {
    expect(hoverOf(variable)).toBe(`const ${variable}: ${expected}`)
  })
})
