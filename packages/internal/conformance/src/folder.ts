import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { differences } from './compare.ts'
import type { Case, FunctionSpec } from './format.ts'
import type { Sign } from './functions.ts'
import { runCase } from './run.ts'

/** What became of a case. */
export interface CaseResult {
  readonly id: string
  /** why it was not run */
  readonly skipped: string | undefined
  readonly differences: readonly string[]
}

/**
 * Runs every case of a folder: `functions.json`, and files of cases, which are arrays.
 *
 * @param sign another way to give the functions their signatures
 * @throws Error if the folder has no cases: nothing would have been shown
 */
export const runFolder = async (folder: string, sign?: Sign): Promise<readonly CaseResult[]> => {
  const read = async (name: string): Promise<unknown> => JSON.parse(await readFile(join(folder, name), 'utf8'))
  const { functions } = (await read('functions.json')) as { functions: Readonly<Record<string, FunctionSpec>> }
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()
  const results: CaseResult[] = []
  for (const name of names) {
    const cases = await read(name)
    if (!Array.isArray(cases)) continue
    for (const given of cases as readonly Case[]) results.push(await judge(given, functions, sign))
  }
  if (results.length === 0) throw new Error(`${folder} holds no cases`)
  return results
}

const judge = async (
  given: Case,
  functions: Readonly<Record<string, FunctionSpec>>,
  sign: Sign | undefined,
): Promise<CaseResult> => {
  const { id, port, portSkip } = given
  if (port === null) return { id, skipped: portSkip ?? 'no outcome is given', differences: [] }
  try {
    return { id, skipped: undefined, differences: differences(port, await runCase(given, functions, sign), given) }
  } catch (error) {
    return { id, skipped: undefined, differences: [`the case could not be run: ${String(error)}`] }
  }
}
