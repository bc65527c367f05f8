import { declaredProperties } from '@lpipe/core/ajv'
import type { Described, Validators } from './validators.ts'

export interface Names {
  /** the source, for people: `functions.ts` */
  readonly source: string
  /** the same, as the generated module imports it: `./functions.js` */
  readonly specifier: string
  /** the command that makes it again */
  readonly command: string
}

/** The generated module: the exports of another one, its functions each with its validator. */
export const moduleText = (
  functions: readonly Described[],
  { code, names }: Validators,
  { source, specifier, command }: Names,
): string => `// Generated from ${source}. Do not edit it: run \`${command}\`
// @ts-nocheck: what ajv writes has no types. What is exported has: the source's own
/* eslint-disable */
// biome-ignore-all format: generated
// biome-ignore-all lint: generated
// biome-ignore-all assist: generated
import { fn, type Signed, type StandardSchema } from '@lpipe/core'
import { fromAjv } from '@lpipe/core/ajv'
import * as source from '${specifier}'

export * from '${specifier}'

// Validators, made by ajv with parts of ajv and ajv-formats (MIT, Evgeny Poberezkin).
${code}
${functions.map((one, index) => signed(one, index, names[index] as string)).join('\n')}`

/** Pure, so that a bundler leaves out what nobody imports. */
const signed = ({ exported, schema }: Described, index: number, validator: string): string => {
  const filter = declaredProperties(schema)
  const list = filter === undefined ? '' : `, [${filter.map(literal).join(', ')}]`
  const [name] = exported.names
  const local = `signed${index}`
  return `
const ${local}: typeof source.${name} & Signed<StandardSchema> =
  /* @__PURE__ */ fn(/* @__PURE__ */ fromAjv('@lpipe/signatures', ${validator}${list}), source.${name})
${exported.names.map((one) => `export { ${local} as ${one} }`).join('\n')}`
}

const literal = (one: string | RegExp): string => (typeof one === 'string' ? JSON.stringify(one) : String(one))
