import type { Issue } from '../language/errors.ts'
import { isThenable, toPromise } from '../values.ts'

/**
 * A schema of any library that implements Standard Schema, for example zod, valibot or arktype.
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

/** The result of a validation: the accepted value, or the issues. */
export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly Issue[] }

/** The type of the values that a schema returns. */
export type Output<S extends StandardSchema> = NonNullable<S['~standard']['types']>['output']

/** Whether a value implements Standard Schema. It may be a function, as arktype's are. */
export const isStandardSchema = (value: unknown): value is StandardSchema =>
  typeof (value as StandardSchema | null | undefined)?.['~standard']?.validate === 'function'

/** The type of the values that a schema accepts. */
export type Input<S extends StandardSchema> = NonNullable<S['~standard']['types']>['input']

/**
 * Validates a value. If the value is nested too deeply for the schema's recursion, the result is an issue, not a RangeError.
 *
 * @returns the schema's result; a promise if the schema is asynchronous
 * @throws any other error that the schema throws, for example in a transform
 */
export const validate = <S extends StandardSchema>(
  schema: S,
  value: unknown,
): SchemaResult<Output<S>> | Promise<SchemaResult<Output<S>>> => {
  try {
    const result = schema['~standard'].validate(value) as SchemaResult<Output<S>> | Promise<SchemaResult<Output<S>>>
    return isThenable(result) ? toPromise(result).then(undefined, tooDeep) : result
  } catch (error) {
    return tooDeep(error)
  }
}

const tooDeep = (error: unknown): { readonly issues: readonly Issue[] } => {
  if (!(error instanceof RangeError && error.message.includes('call stack'))) throw error
  return { issues: [{ message: error.message, expected: 'less nesting' } as Issue] }
}

/** Whether a validation failed. Arktype's result is then an array that has `issues`. */
export const hasIssues = <O>(result: SchemaResult<O>): result is { readonly issues: readonly Issue[] } =>
  typeof result === 'object' && result !== null && result.issues !== undefined

/** Whether a value is what a schema must return. */
export const isSchemaResult = (result: unknown): boolean =>
  typeof result === 'object' && result !== null && ('value' in result || hasIssues(result as SchemaResult<unknown>))
