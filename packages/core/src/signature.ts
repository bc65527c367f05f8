import type { Call } from './batch.ts'
import { misconfigured } from './errors.ts'
import { makeParams, maker, type Reader, reader } from './params.ts'
import { validationError } from './schema/issues.ts'
import { hasIssues, type Output, type SchemaResult, type StandardSchema, validate } from './schema/standard-schema.ts'
import { isThenable, kindOf } from './values.ts'

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
      if (hasIssues(result)) throw validationError(nameOf(run), result.issues, kwargs, where)
      return result.value
    }
    const result = validate(schema, kwargs)
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
