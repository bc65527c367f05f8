import { createHash } from 'node:crypto'
import { describeMutant, type Mutant } from './mutants.ts'

/**
 * Returns `count` mutants, chosen by the seed. The choice depends on each mutant alone: a change of one file does not change
 * the choice in the others.
 */
export const sampleOf = (mutants: readonly Mutant[], count: number, seed: string): readonly Mutant[] =>
  mutants
    .map((mutant) => {
      const key = JSON.stringify([seed, mutant.file, mutant.code, mutant.original, describeMutant(mutant)])
      return { mutant, rank: createHash('sha256').update(key).digest('hex') }
    })
    .sort((one, other) => (one.rank < other.rank ? -1 : 1))
    .slice(0, count)
    .map(({ mutant }) => mutant)
