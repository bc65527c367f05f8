import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { hasUniqueItems, isMultipleOf } from '@lpipe/core/ajv'
import { _, Ajv, type Code, type CodeKeywordDefinition, type KeywordCxt, Name } from 'ajv'
import standalone from 'ajv/dist/standalone/index.js'
import formats from 'ajv-formats'
import { build } from 'esbuild'
import { diagnosticAt, SignaturesError } from './diagnostics.ts'
import type { Exported } from './exported.ts'
import type { Schema } from './normalize.ts'

/** A function with the schema of its kwargs. */
export interface Described {
  readonly exported: Exported
  readonly schema: Schema
}

/** Generated validation functions. */
export interface Validators {
  /** a JavaScript module that exports the functions and imports nothing */
  readonly code: string
  /** the functions' names */
  readonly names: readonly string[]
  /** the names of the JSON Schemas that the functions were made from */
  readonly schemas: readonly string[]
  /** names that the code uses and `@lpipe/core/ajv` exports */
  readonly helpers: readonly string[]
}

/**
 * Generates validation functions with ajv, with everything that they need of ajv.
 *
 * @throws SignaturesError for a schema that ajv does not compile
 * @see https://ajv.js.org/standalone.html
 */
export const validators = async (functions: readonly Described[]): Promise<Validators> => {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    messages: false,
    ownProperties: true,
    strict: true,
    // The schemas are right, but not always in the form that these modes ask for.
    strictTypes: false,
    strictTuples: false,
    strictRequired: false,
    allowUnionTypes: true,
    code: { source: true, esm: true },
  })
  formats.default(ajv)
  ajv.addFormat('url', linearUrl)
  for (const definition of replacements) ajv.removeKeyword(definition.keyword as string).addKeyword(definition)
  const names = functions.map((_, index) => `check${index}`)
  for (const [index, { exported, schema }] of functions.entries()) {
    try {
      ajv.addSchema(schema, names[index])
      ajv.getSchema(names[index] as string)
    } catch (error) {
      const reason =
        error instanceof RangeError
          ? 'the type holds more types than ajv can compile. Use unknown for a part of it'
          : error instanceof Error
            ? error.message
            : String(error)
      throw new SignaturesError([diagnosticAt(exported.node, `${exported.names[0]}: ${reason}`)])
    }
  }
  const source = standalone.default(ajv, Object.fromEntries(names.map((name) => [name, name])))
  const schemas = functions.map((_, index) => `jsonSchema${index}`)
  const exports = functions.map(({ schema }, index) => {
    const constant = constantOf(ajv, names[index] as string, schema)
    const isThere = constant !== undefined && source.includes(`const ${constant} = `)
    return `\nexport const ${schemas[index]} = ${isThere ? constant : JSON.stringify(schema)};`
  })
  const code = functions.length === 0 ? '' : await bundled(source + exports.join(''))
  return { code, names, schemas, helpers: Object.keys(runtime).filter((name) => code.includes(name)) }
}

/** Returns the constant that holds the schema in the code of ajv: errors refer to it, so that it need not be written twice. */
const constantOf = (ajv: Ajv, name: string, schema: Schema): string | undefined => {
  const constants = ajv.getSchema(name)?.source?.scopeValues['schema'] ?? []
  return [...constants].find(({ value }) => value?.ref === schema)?.str
}

/** Functions of `@lpipe/core/ajv` that generated code may call. */
const runtime = { hasUniqueItems, isMultipleOf }

const call = ({ gen, data, schemaCode }: KeywordCxt, helper: keyof typeof runtime): Code => {
  const name = gen.scopeValue('func', { ref: runtime[helper], code: new Name(helper) })
  return _`${name}(${data}, ${schemaCode})`
}

/** Keywords that ajv judges wrongly, or in more than linear time. */
const replacements: readonly CodeKeywordDefinition[] = [
  {
    keyword: 'multipleOf',
    type: 'number',
    schemaType: 'number',
    error: { message: 'must be a multiple', params: ({ schemaCode }) => _`{multipleOf: ${schemaCode}}` },
    code: (cxt) => cxt.pass(call(cxt, 'isMultipleOf')),
  },
  {
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must NOT have duplicate items' },
    code: (cxt) => {
      if (cxt.schema === true) cxt.pass(call(cxt, 'hasUniqueItems'))
    },
  },
]

/**
 * The format `url` of ajv-formats, in linear time. Its own pattern tries each `:` of the user information: 1 MiB of them takes minutes.
 * The user information may hold no `/`, as RFC 3986 says.
 */
const linearUrl = new RegExp(
  (formats.default.get('url') as RegExp).source.replace('\\S+(?::\\S*)?@', '[^\\s/?#@]+@'),
  'iu',
)

/** Returns the code together with the functions of ajv that it imports. */
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
    // It is a dependency of this package, not of ajv.
    alias: { 'ajv-formats/dist/formats': createRequire(import.meta.url).resolve('ajv-formats/dist/formats') },
  })
  return outputFiles[0]?.text ?? ''
}
