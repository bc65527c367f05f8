import { expect, test } from '@jest/globals'
import type { Copy, Run } from '../src/copy.ts'
import { type Mutant, mutantsOf } from '../src/mutants.ts'
import { tryMutant } from '../src/try-mutant.ts'

const [mutant] = mutantsOf('a.ts', 'const x = a < b') as [Mutant, ...Mutant[]]

/** Tries a mutant with three test files. A file fails as often as its number says. */
const outcomeOf = async (failures: Readonly<Record<string, number>>, result: Run['result'] = 'failed') => {
  const left = new Map(Object.entries(failures))
  const log: unknown[] = []
  const copy: Copy = {
    run: async (tests) => {
      log.push(tests.join(' '))
      for (const failed of tests) {
        const count = left.get(failed) ?? 0
        left.set(failed, count - 1)
        if (count > 0) return { result, failed, by: 'a test', millisOf: new Map() }
      }
      return { result: 'passed', failed: undefined, by: '', millisOf: new Map() }
    },
    apply: () => log.push('apply'),
    restore: () => log.push('restore'),
    remove: () => undefined,
  }
  return { outcome: await tryMutant(copy, mutant, ['a', 'b', 'c']), log }
}

test('A mutant that no test finds survives', async () => {
  expect(await outcomeOf({})).toEqual({
    outcome: { result: 'survived', by: '' },
    log: ['apply', 'a b c', 'restore'],
  })
})

test('A mutant is found by a test file that fails twice', async () => {
  expect(await outcomeOf({ b: 2 })).toEqual({
    outcome: { result: 'killed', by: 'b: a test' },
    log: ['apply', 'a b c', 'b', 'restore'],
  })
  expect((await outcomeOf({ b: 2 }, 'timed out')).outcome.result).toBe('timed out')
})

test('A test file that fails once does not count, and the files after it run', async () => {
  expect(await outcomeOf({ a: 1, b: 1, c: 2 })).toEqual({
    outcome: { result: 'killed', by: 'c: a test' },
    log: ['apply', 'a b c', 'a', 'b c', 'b', 'c', 'c', 'restore'],
  })
  expect((await outcomeOf({ c: 1 })).outcome.result).toBe('survived')
})
