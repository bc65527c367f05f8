import type { Copy } from './copy.ts'
import type { Mutant } from './mutants.ts'

export interface Outcome {
  readonly result: 'killed' | 'timed out' | 'survived'
  /** The test that found it. */
  readonly by: string
}

/**
 * Runs tests on a mutant, until one finds it. A test file that fails runs again, alone: if it then passes, it has failed for another
 * reason, for example because the machine was busy, and the files after it run.
 */
export const tryMutant = async (copy: Copy, mutant: Mutant, tests: readonly string[]): Promise<Outcome> => {
  copy.apply(mutant)
  try {
    for (let left = tests; left.length > 0; ) {
      const { failed } = await copy.run(left)
      if (failed === undefined) break
      const again = await copy.run([failed])
      if (again.result !== 'passed') {
        return { result: again.result === 'failed' ? 'killed' : 'timed out', by: `${failed}: ${again.by}` }
      }
      left = left.slice(left.indexOf(failed) + 1)
    }
    return { result: 'survived', by: '' }
  } finally {
    copy.restore(mutant)
  }
}
