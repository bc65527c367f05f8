import type { Call } from './batch.ts'
import { type Issue, misconfigured } from './errors.ts'
import { makeParams, maker, type Reader, reader } from './params.ts'
import { refusal } from './refusal.ts'
import { isThenable, kindOf } from './values.ts'

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
): NoInfer<F> & Signed<S> => {
  if (typeof run !== 'function') {
    misconfigured(`fn: its second argument must be a function, got ${kindOf(run)}`)
  }
  if (typeof schema?.['~standard']?.validate !== 'function') {
    misconfigured(
      `fn(${nameOf(run)}): its first argument must be a Standard Schema, such as zod's z.object({...}), got ${kindOf(schema)}`,
    )
  }
  const present = signatureOf(run)
  if (present !== undefined && present !== schema) {
    misconfigured(
      `fn(${nameOf(run)}): this function has another signature already. Wrap it: fn(schema, (kwargs, call) => ${nameOf(run)}(kwargs, call))`,
    )
  }
  const read: Reader = (kwargs, where) => {
    const accepted = (result: SchemaResult<unknown>): unknown => {
      if (isRefused(result)) throw refusal(nameOf(run), result.issues, kwargs, where)
      return result.value
    }
    const result = ask(schema, kwargs)
    return isThenable(result) ? result.then(accepted) : accepted(result)
  }
  return Object.defineProperties(run, {
    [signature]: { value: schema, configurable: true },
    [reader]: { value: read, configurable: true },
    [maker]: { value: makeParams, configurable: true },
  }) as NoInfer<F> & Signed<S>
}

/** A function's schema, if it has one. */
export const signatureOf = (run: unknown): StandardSchema | undefined =>
  (run as { readonly [signature]?: StandardSchema })[signature]

/** A function's name, for people. */
export const nameOf = (run: { readonly name: string }): string => run.name || 'anonymous function'

/**
 * What a schema makes of a value. Nesting too deep for its recursion is a refusal like any other, not a RangeError.
 *
 * @throws what the schema itself throws, such as an error in a transform
 */
export const ask = <S extends StandardSchema>(
  schema: S,
  value: unknown,
): SchemaResult<Output<S>> | Promise<SchemaResult<Output<S>>> => {
  try {
    const result = schema['~standard'].validate(value) as SchemaResult<Output<S>> | Promise<SchemaResult<Output<S>>>
    return isThenable(result) ? result.then(undefined, tooDeep) : result
  } catch (error) {
    return tooDeep(error)
  }
}

const tooDeep = (error: unknown): { readonly issues: readonly Issue[] } => {
  if (!(error instanceof RangeError && error.message.includes('call stack'))) throw error
  return { issues: [{ message: error.message, expected: 'less nesting' } as Issue] }
}

/** Whether a schema's answer is a refusal. Arktype's refusal is an array with `issues`. */
export const isRefused = <O>(result: SchemaResult<O>): result is { readonly issues: readonly Issue[] } =>
  typeof result === 'object' && result !== null && result.issues !== undefined
