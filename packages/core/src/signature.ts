import type { Call } from './batch.ts'
import { InvalidConfigurationError, InvalidPayloadError, type Issue } from './errors.ts'
import { isObject, kindOf } from './values.ts'

/**
 * A schema of any library that speaks Standard Schema (zod, valibot, arktype and others).
 *
 * @see https://standardschema.dev
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

/** What a schema answers: the value it let through, or what is wrong. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly Issue[] }

/** What a function with this schema is called with. */
export type Output<S extends StandardSchema> = NonNullable<S['~standard']['types']>['output']

/** A function that knows its signature. */
export type Signed<S extends StandardSchema> = { readonly [signature]: S }

const signature: unique symbol = Symbol.for('@lpipe/core:signature') as never

/**
 * Gives a function its signature: a message that the schema refuses never reaches it.
 *
 * @param schema any Standard Schema. Types are enforced by it, never coerced by us
 * @param run called as `run(kwargs, call)`, kwargs being what the schema made of the message
 * @returns `run` itself, so that a test may call it
 * @throws InvalidConfigurationError if the schema is none, or if `run` has another signature already
 */
export const fn = <S extends StandardSchema, F extends (kwargs: Output<S>, call: Call) => unknown>(
  schema: S,
  run: F,
): F & Signed<S> => {
  if (typeof run !== 'function') {
    throw new InvalidConfigurationError(`fn: its second argument must be a function, got ${kindOf(run)}`)
  }
  if (typeof schema?.['~standard']?.validate !== 'function') {
    throw new InvalidConfigurationError(
      `fn(${nameOf(run)}): its first argument must be a Standard Schema, such as zod's z.object({...}), got ${kindOf(schema)}`,
    )
  }
  const present = signatureOf(run)
  if (present !== undefined && present !== schema) {
    throw new InvalidConfigurationError(
      `fn(${nameOf(run)}): this function has another signature already. Wrap it: fn(schema, (kwargs, call) => ${nameOf(run)}(kwargs, call))`,
    )
  }
  return Object.defineProperty(run, signature, { value: schema, configurable: true }) as F & Signed<S>
}

/** A function's schema, if it has one. */
export const signatureOf = (run: unknown): StandardSchema | undefined =>
  (run as { readonly [signature]?: StandardSchema })[signature]

/** A function's name, for people. */
export const nameOf = (run: { readonly name: string }): string => run.name || 'anonymous function'

/**
 * The error of a message that a signature refused. It names what was expected and what kind came, never the value.
 *
 * @param who the function
 * @param where what to add at the end, such as ` (path SUBSCRIBE)`
 */
export const refusal = (who: string, issues: readonly Issue[], kwargs: unknown, where = ''): InvalidPayloadError =>
  new InvalidPayloadError(`${who}: ${summary(issues, kwargs)}${where}`, { issues })

/** The most issues that a message names; all are in `error.issues`. */
const mostNamed = 5

const summary = (issues: readonly Issue[], kwargs: unknown): string => {
  const named = issues.slice(0, mostNamed).map((issue) => describe(issue, kwargs))
  if (issues.length > mostNamed) named.push(`and ${issues.length - mostNamed} more`)
  return named.join('; ')
}

const describe = (issue: Issue, kwargs: unknown): string => {
  const keys = (issue.path ?? []).map((part) => (typeof part === 'object' ? part.key : part))
  let got = kwargs
  for (const key of keys) {
    got = typeof got === 'object' && got !== null && Object.hasOwn(got, key) ? got[key as keyof typeof got] : undefined
  }
  return `${keys.length === 0 ? 'kwargs' : keys.map(String).join('.')}: ${expected(issue)}, got ${kindOf(got)}`
}

/** The libraries say in `expected` what their schema wants. Their messages may quote the value: they stay in `issues`. */
const expected = (issue: Issue & { readonly expected?: unknown }): string => {
  if (typeof issue.expected !== 'string') return 'not accepted'
  return `expected ${issue.expected.replace(/\bstring\b/, 'text')}`
}

/** Whether a schema's answer is a refusal. */
export const isRefused = <O>(result: SchemaResult<O>): result is { readonly issues: readonly Issue[] } =>
  isObject(result) && result.issues !== undefined
