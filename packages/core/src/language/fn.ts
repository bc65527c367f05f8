import { refuseEnvelope } from '../adapters/envelope-hint.ts'
import { validationError } from '../schema/issues.ts'
import {
  hasIssues,
  isStandardSchema,
  type Output,
  type SchemaResult,
  type StandardSchema,
  validate,
} from '../schema/standard-schema.ts'
import { isThenable, toPromise, typeName } from '../values.ts'
import type { Call } from './call.ts'
import { invalidConfiguration } from './errors.ts'
import { checkOptions } from './options.ts'

/** A function that has a signature. */
export type Signed<S extends StandardSchema> = { readonly [signature]: Signature<S> }

/** Conditional, so that the type of a function is inferred from the function, not from where it is used. */
type WithSignature<F, S extends StandardSchema> = F extends unknown ? F & Signed<S> : never

/** Options of `fn()`. */
export interface FnOptions {
  /** The function's name in logs and errors: for an arrow function, which has none of its own. */
  readonly name?: string
}

/** A function's schema, and how kwargs are read with it. */
export interface Signature<S extends StandardSchema = StandardSchema> {
  readonly schema: S
  /**
   * Returns what the schema makes of kwargs; a promise if the schema is asynchronous.
   *
   * @param where text to append to an error, for example ` (path SUBSCRIBE)`
   * @param name the name of the function in an error. Default: its own
   * @throws InvalidPayloadError if the schema does not accept them
   */
  readonly parse: (kwargs: unknown, where: string, name?: string) => unknown
}

const signature: unique symbol = Symbol.for('@lpipe/core:signature') as never

/**
 * Gives a function a signature: a message that the schema does not accept never reaches the function.
 *
 * @param schema any Standard Schema, for example of zod, valibot or arktype. lpipe coerces nothing; the schema may
 * @param run called as `run(kwargs, call)`, where `kwargs` is the schema's output
 * @param options `name` for logs and errors; default: the function's own name
 * @returns `run` itself, so that tests may call it
 * @throws InvalidConfigurationError if `schema` is not a Standard Schema, or if `run` has another signature already
 * @example
 * const subscribe = fn(z.object({ email: z.email() }), async ({ email }, { logger }) => logger.info('subscribed'))
 */
export const fn = <S extends StandardSchema, F extends (kwargs: Output<S>, call: Call) => unknown>(
  schema: S,
  run: F,
  options: FnOptions = {},
): WithSignature<F, S> => {
  if (typeof run !== 'function') {
    invalidConfiguration(`fn: the second argument must be a function, received ${typeName(run)}`)
  }
  if (!isStandardSchema(schema)) {
    invalidConfiguration(
      `fn(${nameOf(run)}): the first argument must be a Standard Schema, for example zod's z.object({...}), received ${typeName(schema)}`,
    )
  }
  const present = signatureOf(run)
  if (present !== undefined && present.schema !== schema) {
    invalidConfiguration(
      `fn(${nameOf(run)}): the function has another signature already. Wrap it: fn(schema, (kwargs, call) => ${nameOf(run)}(kwargs, call))`,
    )
  }
  checkOptions('fn', options, { name: 'string' })
  if (options.name) Object.defineProperty(run, 'name', { value: options.name, configurable: true })
  const parse = (kwargs: unknown, where: string, name = nameOf(run)): unknown => {
    const accepted = (result: SchemaResult<unknown>): unknown => {
      if (hasIssues(result)) {
        refuseEnvelope(name + where, kwargs)
        throw validationError(name, result.issues, kwargs, where, schema)
      }
      if (typeof result === 'object' && result !== null && 'value' in result) return result.value
      return invalidConfiguration(`fn(${nameOf(run)}): the schema returned neither a value nor issues`)
    }
    const result = validate(schema, kwargs)
    return isThenable(result) ? toPromise(result).then(accepted) : accepted(result)
  }
  const value: Signature = { schema, parse }
  return Object.defineProperty(run, signature, { value, configurable: true }) as WithSignature<F, S>
}

/** Returns a function's signature, if `fn()` gave it one. */
export const signatureOf = (run: unknown): Signature | undefined =>
  (run as { readonly [signature]?: Signature } | null | undefined)?.[signature]

/** Returns a function's name for error texts and logs. */
export const nameOf = (run: { readonly name: string }): string => run.name || 'anonymous function'
