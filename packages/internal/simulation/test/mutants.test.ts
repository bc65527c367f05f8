import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import {
  applyEdit,
  type CopiedPackages,
  copyPackages,
  findMutant,
  type Mutant,
  mutants,
  otherMutants,
} from '@lpipe/simulation'

/** The code is broken on purpose, one place at a time, and the simulation must find out. The others: `pnpm mutants`. */

let copy: CopiedPackages
beforeAll(() => {
  copy = copyPackages()
})
afterAll(() => copy.remove())

test('the copy as it is passes', () => {
  const { status, output } = copy.simulate(['--runs', '300', '--seed', '1'])
  expect(output).toContain('every invariant holds')
  expect(status).toBe(0)
})

test.each(mutants.filter(({ isQuick }) => isQuick))(
  'is found: code that $name',
  (mutant) => {
    const { invariant } = findMutant(copy, mutant, 1)
    expect(mutant.invariants).toContain(invariant)
  },
  60_000,
)

test('each mutant applies to the code', () => {
  for (const mutant of mutants) {
    copy.apply(mutant)
    copy.restore()
  }
})

test('the README lists each mutant with its file', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const rows = [...readme.matchAll(/^\| (.+?) \| `(.+?\.ts)` \|/gm)].map(([, name, file]) => `${name}: ${file}`)
  expect(mutants.map(({ name, file }) => `${name}: ${file}`).filter((row) => !rows.includes(row))).toEqual([])
})

test('each mutant that other tests find applies to the code', () => {
  for (const { name, file, find, replace } of otherMutants) {
    const text = readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8')
    expect(applyEdit(name, text, { file, find, replace })).not.toBe(text)
  }
})

test('a failure that was found runs again as it was printed', () => {
  const mutant = mutants.find(({ isQuick }) => isQuick) as Mutant
  copy.apply(mutant)
  try {
    const [found, options = ''] = copy.simulate(['--runs', '2000', '--seed', '1', '--as-found']).output.split('\n')
    const again = copy.simulate(options.split(' ')).output
    expect(options).toMatch(/^--seed 1 --path [\d:]+$/)
    expect(again.split('\n')[0]?.replace(/.*seed/, '')).toBe(found?.replace(/.*seed/, ''))
  } finally {
    copy.restore()
  }
})

const mutantOf = (find: string, replace: string): Mutant => ({
  name: 'is wrong',
  file: 'core/src/index.ts',
  find,
  replace,
  invariants: [],
})

test('a snippet is found whatever its layout is', () => {
  const mutant = mutantOf('call(one, { two: 2 }) ?? three', 'broken')
  for (const text of ['call(one, { two: 2 }) ?? three', 'call(\n  one,\n  {\n    two: 2,\n  },\n) ??\n  three']) {
    expect(applyEdit(mutant.name, `const a = ${text}\n`, mutant)).toBe('const a = broken\n')
  }
})

test('a mutant that does not apply is an error', () => {
  expect(() => applyEdit('is wrong', 'a b', mutantOf('c', ''))).toThrow(
    "the mutant 'is wrong' does not apply: core/src/index.ts has its snippet 0 times. Change the mutant with the code: c",
  )
  expect(() => applyEdit('is wrong', 'a a', mutantOf('a', ''))).toThrow('has its snippet 2 times')
})
