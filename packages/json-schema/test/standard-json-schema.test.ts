import { expect, test } from '@jest/globals'
import { jsonSchema } from '@lpipe/json-schema'

interface WithJsonSchema {
  readonly '~standard': { readonly jsonSchema?: Record<'input' | 'output', (options: { target: string }) => unknown> }
}

test('a schema gives its JSON Schema, so that tools can compare and export it', () => {
  const schema = { type: 'object', properties: { id: { type: 'string', default: 'x' } } } as const
  const { jsonSchema: given } = (jsonSchema(schema) as WithJsonSchema)['~standard']
  expect(given?.input({ target: 'draft-07' })).toEqual(schema)
  expect(given?.output({ target: 'draft-2020-12' })).toEqual(schema)
})

test('so does a compiled one, if its function has the schema', () => {
  const schema = { type: 'object' }
  const compiled = Object.assign(() => true, { schema })
  expect((jsonSchema(compiled) as WithJsonSchema)['~standard'].jsonSchema?.input({ target: 'draft-07' })).toEqual(
    schema,
  )
  expect((jsonSchema(() => true) as WithJsonSchema)['~standard'].jsonSchema).toBeUndefined()
})
