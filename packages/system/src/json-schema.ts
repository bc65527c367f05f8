import { isObject } from '@lpipe/core/middleware'
import type { JsonSchema } from './description.ts'

/** What a schema has that implements Standard JSON Schema. */
interface WithJsonSchema {
  readonly '~standard'?: {
    readonly jsonSchema?: { readonly input?: (options: { readonly target: string }) => unknown }
  }
}

/**
 * Returns the JSON Schema of the values that a schema accepts: zod and arktype give one, valibot does with
 * `toStandardJsonSchema()`.
 *
 * @returns undefined if the schema gives none
 * @see https://standardschema.dev/json-schema
 */
export const jsonSchemaOf = (schema: unknown): JsonSchema | undefined => {
  const { jsonSchema } = (schema as WithJsonSchema | null | undefined)?.['~standard'] ?? {}
  if (typeof jsonSchema?.input !== 'function') return undefined
  try {
    const given = jsonSchema.input({ target: 'draft-07' })
    // A copy, because a description is plain JSON.
    return isObject(given) ? withoutDialect(JSON.parse(JSON.stringify(given)) as JsonSchema) : undefined
  } catch {
    return undefined // JSON Schema cannot express it, for example a date or a transform
  }
}

const withoutDialect = ({ $schema: _, ...schema }: JsonSchema): JsonSchema => schema
