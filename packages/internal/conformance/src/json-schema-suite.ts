/**
 * Runs the required tests of the official JSON Schema Test Suite with `jsonSchema()`, and prints those that it fails. No npm package
 * has the tests for draft 2020-12, so that `npm test` does not run them.
 *
 *     pnpm json-schema JSON-Schema-Test-Suite/tests/draft2020-12
 *
 * @see https://github.com/json-schema-org/JSON-Schema-Test-Suite
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasIssues, validate } from '@lpipe/core/middleware'
import { type JsonSchema, jsonSchema } from '@lpipe/json-schema'

/** Schemas with the values that they must accept or refuse. */
interface Case {
  readonly description: string
  readonly schema: JsonSchema
  readonly tests: readonly { readonly description: string; readonly data: unknown; readonly valid: boolean }[]
}

/** Returns what is wrong, undefined if nothing is. */
const problemOf = ({ schema }: Case, data: unknown, valid: boolean): string | undefined => {
  try {
    const accepted = !hasIssues(validate(jsonSchema(schema), data) as never)
    if (accepted === valid) return undefined
    return accepted ? 'is accepted' : 'is refused'
  } catch (error) {
    return `throws ${(error as Error).message.split('\n')[0]}`
  }
}

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('Name the folder of the tests: JSON-Schema-Test-Suite/tests/draft2020-12')
let total = 0
let failed = 0
for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
  for (const one of JSON.parse(readFileSync(join(folder, file), 'utf8')) as Case[]) {
    for (const { description, data, valid } of one.tests) {
      total += 1
      const problem = problemOf(one, data, valid)
      if (problem === undefined) continue
      failed += 1
      console.log(`${file}: ${one.description}: ${description}: ${problem}`)
    }
  }
}
console.log(`${total - failed} of ${total} tests pass`)
