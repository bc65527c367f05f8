import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  type CopiedPackages,
  copyPackages,
  findMutant,
  type MarkedSources,
  type Mutant,
  markedIn,
  markedSources,
  mutants,
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

describe('the sources of all packages', () => {
  const packages = fileURLToPath(new URL('../../../', import.meta.url))
  const sources = markedSources(packages)

  test('have each marker once, and a mutant for it', () => {
    const named = mutants.flatMap(({ marker, also = [] }) => [marker, ...also.map((edit) => edit.marker)])
    expect(sources.marked.map(({ marker }) => marker).sort()).toEqual([...new Set(named)].sort())
  })

  test.each(mutants)('are still code, but other code, if a mutant $name', (mutant) => {
    for (const [file, text] of sources.broken(mutant)) {
      const original = readFileSync(join(packages, file), 'utf8')
      expect(stripTypeScriptTypes(text)).not.toBe(stripTypeScriptTypes(original))
    }
  })

  test('are listed in the README with their mutants', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    const rows = [...readme.matchAll(/^\| (.+?) \| `(.+?\.ts)` \|/gm)].map(([, name, file]) => `${name}: ${file}`)
    const wanted = mutants.map((mutant) => `${mutant.name}: ${sources.fileOf(mutant)}`)
    expect(wanted.filter((row) => !rows.includes(row))).toEqual([])
  })
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

describe('a marker', () => {
  test.each([
    ['a statement', 'a()\n// mutant: x\nif (b) c()\nelse d()\ne()', 'if (b) c()\nelse d()'],
    ['a statement after one more comment', '// mutant: x\n// Why.\na()\nb()', 'a()'],
    ['a member of a class', 'class A {\n  // mutant: x\n  get a() { return 1 }\n  b = 2\n}', 'get a() { return 1 }'],
    ['a property', 'f({\n  a,\n  // mutant: x\n  b: c ?? d,\n  e,\n})', 'b: c ?? d'],
    ['an argument', 'f(a, /* mutant: x */ b + c, d)', 'b + c'],
    ['a condition', 'if (/* mutant: x */ a && b) c()', 'a && b'],
    ['an operand on the right', 'a && /* mutant: x */ b.c() && d', 'b.c()'],
    ['the body of an arrow function', 'const f = () =>\n  // mutant: x\n  a ?? b', 'a ?? b'],
  ])('stands for %s', (_, text, code) => {
    const found = markedIn('a/src/index.ts', text)
    expect(found.map(({ marker, start, end }) => [marker, text.slice(start, end)])).toEqual([['x', code]])
  })

  test('in a text does not count', () => {
    expect(markedIn('a/src/index.ts', "a('// mutant: x')")).toEqual([])
  })
})

describe('a mutant', () => {
  let folder: string
  let sources: MarkedSources
  const file = (name: string): string => join(folder, name, 'src/index.ts')
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lpipe-markers-'))
    const texts = {
      a: '// mutant: one\na()\n// mutant: two\nb()\n',
      b: '// mutant: twice\nc()\n// mutant: twice\nd()\n',
    }
    for (const [name, text] of Object.entries(texts)) {
      mkdirSync(dirname(file(name)), { recursive: true })
      writeFileSync(file(name), text)
    }
    sources = markedSources(folder)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('breaks each of its places in one file, until it is taken out', () => {
    const original = readFileSync(file('a'), 'utf8')
    sources.apply({ name: 'is wrong', marker: 'one', replace: 'first()', also: [{ marker: 'two', replace: '' }] })
    expect(readFileSync(file('a'), 'utf8')).toBe('// mutant: one\nfirst()\n// mutant: two\n\n')
    sources.restore()
    expect(readFileSync(file('a'), 'utf8')).toBe(original)
  })

  test.each([
    ['none', 0],
    ['twice', 2],
  ])('whose marker is not there exactly once is an error: %s', (marker, count) => {
    expect(() => sources.apply({ name: 'is wrong', marker, replace: '' })).toThrow(
      `the mutant 'is wrong' requires the comment \`mutant: ${marker}\` exactly once in the sources, found it ${count} times.`,
    )
  })
})
