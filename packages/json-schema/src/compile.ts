import { InvalidConfigurationError } from '@lpipe/core'
import { lenientRegExp, type Validator } from '@lpipe/core/ajv'
// @ts-expect-error: its declarations are sources that do not compile here
import draft2019Formats from '@silverbucket/ajv-formats-draft2019/dist/index.js'
import { Ajv, type Options } from 'ajv'
import { Ajv2019 } from 'ajv/dist/2019.js'
import { Ajv2020 } from 'ajv/dist/2020.js'
import errors from 'ajv-errors'
import formats from 'ajv-formats'
import keywords from 'ajv-keywords'
import { replacements } from './keywords.ts'

/**
 * Compiles a schema with ajv.
 *
 * @param isStrict whether ajv refuses what JSON Schema ignores, such as unknown keywords and formats
 * @throws InvalidConfigurationError for a schema that ajv does not compile
 */
export const compile = ({ $schema, ...schema }: Readonly<Record<string, unknown>>, isStrict: boolean): Validator => {
  const ajv = ajvFor($schema, isStrict)
  try {
    return checkSync(ajv.compile(schema) as never)
  } catch (error) {
    if (error instanceof InvalidConfigurationError) throw error
    throw new InvalidConfigurationError(`jsonSchema: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    })
  }
}

/**
 * Returns a validation function that answers at once.
 *
 * @throws InvalidConfigurationError if it returns promises, which would be taken for acceptance
 */
export const checkSync = (validate: Validator & { readonly $async?: unknown }): Validator => {
  if (validate.$async) throw new InvalidConfigurationError('jsonSchema: a schema with `$async` is not supported')
  return validate
}

const options = {
  coerceTypes: false,
  useDefaults: true,
  allErrors: true,
  // An error has the schema that was not met, which says what was expected.
  verbose: true,
  // A message without `constructor` has none, although its prototype has one.
  ownProperties: true,
  allowUnionTypes: true,
  strictRequired: false,
  // JSON.parse reads 1e400 as Infinity.
  strictNumbers: true,
  // An unknown format is ignored, as JSON Schema says, or an error if `strict`: never a line on the console.
  logger: false,
} as const satisfies Options

const ajvFor = (dialect: unknown, isStrict: boolean): Ajv => {
  const ajv = create(dialect, { ...options, strict: isStrict, ...(isStrict ? {} : { code: { regExp } }) })
  formats.default(ajv)
  draft2019Formats(ajv)
  keywords.default(ajv)
  errors.default(ajv)
  // mutant: linear-url
  ajv.addFormat('url', linearUrl)
  if (!isStrict) ajv.addFormat('regex', isRegularExpression)
  for (const definition of replacements) ajv.removeKeyword(definition.keyword).addKeyword(definition)
  return ajv
}

/** Makes a regular expression. Patterns of other languages often escape characters that must not be escaped with the flag `u`. */
const regExp = Object.assign((pattern: string, flags: string) => lenientRegExp(pattern, flags), { code: 'new RegExp' })

const isRegularExpression = (pattern: string): boolean => {
  try {
    return regExp(pattern, 'u') instanceof RegExp
  } catch {
    return false
  }
}

/** Creates an ajv for a dialect: the value of `$schema`. Draft 7 contains draft 6. */
const create = (dialect: unknown, settings: Options): Ajv => {
  const { groups: { draft = undefined } = {} } =
    /^https?:\/\/json-schema\.org\/(?:draft\/|draft-0)(?<draft>[67]|2019-09|2020-12)\/schema#?$/.exec(
      String(dialect),
    ) ?? {}
  if (dialect === undefined || draft === '2020-12') return new Ajv2020(settings)
  if (draft === '2019-09') return new Ajv2019(settings)
  if (draft !== undefined) return new Ajv(settings)
  throw new InvalidConfigurationError(
    'jsonSchema: `$schema` must name draft 2020-12, 2019-09, 7 or 6 of json-schema.org, or be missing',
  )
}

/**
 * The format `url` of ajv-formats, in linear time. Its own pattern tries each `:` of the user information: 1 MiB of them takes minutes.
 * The user information may hold no `/`, as RFC 3986 says.
 */
const linearUrl = new RegExp(
  String((formats.default.get('url') as RegExp).source).replace('\\S+(?::\\S*)?@', '[^\\s/?#@]+@'),
  'iu',
)
