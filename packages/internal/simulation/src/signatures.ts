import type { StandardSchema } from '@lpipe/core'
import { generatedSignatures } from './generated.ts'
import { type Scenario, signaturesIn } from './scenario.ts'
import type { Signatures } from './signed-functions.ts'

/**
 * Makes the signatures of a scenario. Its parts are loaded here, before time is virtual, and only by scenarios that want them:
 * they take longer than many runs.
 *
 * @throws Violation if a validator cannot be generated, or the generator writes over a file
 */
export const createSignatures = async (scenario: Scenario): Promise<Signatures | undefined> => {
  const kind = signaturesIn(scenario)
  if (kind === 'none') return undefined
  if (kind === 'generated') return generatedSignatures(scenario.seed)
  fromJsonSchema ??= jsonSchemaSignatures()
  return fromJsonSchema
}

const many = 15_000

/** Values for whose check code that is not linear takes seconds. */
const costly: readonly unknown[] = [
  // The last two are equal: all other pairs are compared before.
  { items: Array.from({ length: many }, (_, at) => ({ at: Math.min(at, many - 2) })) },
  { link: `https://${'b:'.repeat(6 * many)}@` },
  { texts: Array.from({ length: many }, () => 1) },
]

/** They are made once. */
let fromJsonSchema: Promise<Signatures> | undefined

const jsonSchemaSignatures = async (): Promise<Signatures> => {
  const { jsonSchema } = await import('@lpipe/json-schema')
  const schema = jsonSchema({
    type: 'object',
    required: ['value'],
    properties: {
      value: {
        type: 'object',
        properties: {
          items: { type: 'array', uniqueItems: true },
          link: { type: 'string', format: 'url' },
          texts: { type: 'array', items: { type: 'string' } },
        },
      },
    },
  })
  const accepted = { items: [{ at: 1 }, { at: 2 }], link: 'https://example.com', texts: ['a', 'b'] }
  return { schemaOf: () => schema as StandardSchema, accepted: [accepted], refused: costly, every: 16 }
}
