import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describeMutant, type Mutant } from './mutants.ts'

/** What became of one mutant. */
export interface Result {
  readonly file: string
  readonly line: number
  readonly code: string
  readonly change: string
  readonly occurrence: number
  readonly result: 'killed' | 'timed out' | 'survived'
  /** The test that found it. */
  readonly by: string
  readonly seconds: number
}

/** The results of one commit. */
export interface Results {
  readonly get: (mutant: Mutant) => Result | undefined
  readonly add: (mutant: Mutant, result: Pick<Result, 'result' | 'by' | 'seconds'>) => void
}

type Key = Pick<Result, 'file' | 'code' | 'change' | 'occurrence'>

const keyOf = ({ file, code, change, occurrence }: Key): string => JSON.stringify([file, code, change, occurrence])

/** Opens the results of a commit. Each is written as soon as it is known, so that a run that was stopped goes on where it was. */
export const openResults = (commit: string): Results => {
  const folder = fileURLToPath(new URL('../results/', import.meta.url))
  const path = `${folder}${commit}.jsonl`
  mkdirSync(folder, { recursive: true })
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').filter(Boolean) : []
  const known = new Map(lines.map((line) => JSON.parse(line) as Result).map((result) => [keyOf(result), result]))
  return {
    get: (mutant) => known.get(keyOf({ ...mutant, change: describeMutant(mutant) })),
    add: (mutant, result) => {
      const { file, line, code, occurrence } = mutant
      const whole: Result = { file, line, code, change: describeMutant(mutant), occurrence, ...result }
      known.set(keyOf(whole), whole)
      appendFileSync(path, `${JSON.stringify(whole)}\n`)
    },
  }
}
