import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { Ajv } from 'ajv'
import standalone from 'ajv/dist/standalone/index.js'
import formats from 'ajv-formats'
import { build } from 'esbuild'
import type { Exported } from './exported.ts'
import type { Schema } from './tidy.ts'
import { SignaturesError, troubleAt } from './trouble.ts'

/** A function with the schema of its kwargs. */
export interface Described {
  readonly exported: Exported
  readonly schema: Schema
}

/** What validators are made of, as JavaScript, and what they are called in it. */
export interface Validators {
  readonly code: string
  readonly names: readonly string[]
}

/**
 * Generates validators with ajv, ahead of time, with all that they need of it: nothing is imported by the code.
 *
 * @throws SignaturesError for a schema that ajv does not compile, such as one with an unknown format
 * @see https://ajv.js.org/standalone.html
 */
export const validators = async (functions: readonly Described[]): Promise<Validators> => {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    messages: false,
    ownProperties: true,
    strict: true,
    // What the generator writes is right, if not always in the words that ajv likes best.
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    allowUnionTypes: true,
    code: { source: true, esm: true },
  })
  formats.default(ajv)
  const names = functions.map((_, index) => `check${index}`)
  for (const [index, { exported, schema }] of functions.entries()) {
    try {
      ajv.addSchema(schema, names[index])
      ajv.getSchema(names[index] as string)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new SignaturesError([troubleAt(exported.node, `${exported.names[0]}: ${reason}`)])
    }
  }
  const source = standalone.default(ajv, Object.fromEntries(names.map((name) => [name, name])))
  return { code: functions.length === 0 ? '' : await bundled(source), names }
}

/** The code with the few functions that it takes from ajv's run time, and without exports. */
const bundled = async (source: string): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: dirname(createRequire(import.meta.url).resolve('ajv/package.json')) },
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'none',
    minifySyntax: true,
    logLevel: 'silent',
    // It is beside us, not beside ajv.
    alias: { 'ajv-formats/dist/formats': createRequire(import.meta.url).resolve('ajv-formats/dist/formats') },
  })
  const text = (outputFiles[0]?.text ?? '').replace(/^\/\/ .*\n/gm, '')
  return text.replace(/\nexport \{([^}]*)\};\s*$/, (_, list: string) => aliases(list))
}

/** Names that esbuild changed. */
const aliases = (list: string): string =>
  [...list.matchAll(/(\S+) as (\w+)/g)].map(([, from, to]) => `\nconst ${to} = ${from};`).join('')
