import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Copy, copyPackages, findMutant, mutants } from '@lpipe/simulation'

/** The code is broken on purpose, one place at a time, and the simulation must find out. */

let copy: Copy
beforeAll(() => {
  copy = copyPackages()
})
afterAll(() => copy.remove())

test('the copy as it is passes', () => {
  const { status, output } = copy.simulate(['--runs', '300', '--seed', '1'])
  expect(output).toContain('every invariant holds')
  expect(status).toBe(0)
}, 60_000)

test.each(mutants)(
  'found within a minute: code that $name',
  (mutant) => {
    const { invariant, seconds } = findMutant(copy, mutant, 1)
    expect(mutant.invariants).toContain(invariant)
    expect(seconds).toBeLessThan(60)
  },
  90_000,
)

test('a failure that was found runs again as it was printed', () => {
  const mutant = mutants[0] as (typeof mutants)[0]
  copy.apply(mutant)
  try {
    const [found, how = ''] = copy.simulate(['--runs', '1000', '--seed', '1']).output.split('\n')
    const again = copy.simulate(how.split(' ')).output
    expect(how).toMatch(/^--seed 1 --path [\d:]+$/)
    expect(again.split('\n')[0]?.replace(/.*seed/, '')).toBe(found?.replace(/.*seed/, ''))
  } finally {
    copy.mend(mutant)
  }
}, 60_000)

test('a mutant whose text is not there is an error', () => {
  const gone = { ...mutants[0], find: 'no such text' } as (typeof mutants)[0]
  expect(() => findMutant(copy, gone, 1)).toThrow('has the text of')
})

test('there are at least five', () => {
  expect(mutants.length).toBeGreaterThanOrEqual(5)
})
