import { readFileSync } from 'node:fs'
import { describeMutant, type Mutant } from './mutants.ts'

/** A mutant that was looked at, and that no test can find. */
export interface Equivalent {
  readonly file: string
  /** The text of the line, without its indentation. Line numbers would change too often. */
  readonly code: string
  /** As the report prints it. */
  readonly change: string
  /** Which of the equal changes of equal lines it is, counted from 1. Default: 1. */
  readonly occurrence?: number
  /** Why the behaviour is the same. */
  readonly reason: string
}

export const readEquivalent = (): readonly Equivalent[] =>
  JSON.parse(readFileSync(new URL('../equivalent.json', import.meta.url), 'utf8'))

export const isEquivalent = (list: readonly Equivalent[], mutant: Mutant): boolean =>
  list.some(
    ({ file, code, change, occurrence = 1 }) =>
      file === mutant.file &&
      code === mutant.code &&
      change === describeMutant(mutant) &&
      occurrence === mutant.occurrence,
  )
