import { describe, expect, test } from '@jest/globals'
import { isEquivalent } from '../src/equivalent.ts'
import { applyMutant, describeMutant, mutantsOf } from '../src/mutants.ts'
import { sampleOf } from '../src/sample.ts'

const changesIn = (text: string): readonly string[] => mutantsOf('a.ts', text).map(describeMutant)

describe('mutantsOf()', () => {
  test.each<[string, readonly string[]]>([
    ['if (a) b', ['a -> true', 'a -> false', 'b -> ;']],
    ['const x = a ? b : c', ['a ? b : c -> b', 'a ? b : c -> c']],
    ['const x = a <= b', ['<= -> <', '<= -> >']],
    ['const x = a === b', ['=== -> !==']],
    ['const x = a + b', ['+ -> -']],
    ['const x = a && !b', ['&& -> ||', '!b -> b']],
    ['const x = a ?? b', ['a ?? b -> a']],
    ['const x = a?.b', ['?. -> .']],
    ['const x = a?.()', ['?. ->']],
    ['const x = { a: true, b: 1_000 }', ['true -> false', '1_000 -> 1001']],
    ['await a()', ['await a() -> ;', 'await a() -> a()']],
    ['const x = Math.min(a, b)', ['min -> max']],
  ])('changes %s', (text, expected) => {
    expect(changesIn(text).map((change) => change.trim())).toEqual(expected)
  })

  test.each([
    "const x = 'true'",
    'const x = `a` + b',
    'type A = true | 1',
    'const x = a.toString()',
    "import { a } from 'a'",
  ])('leaves %s alone', (text) => {
    expect(changesIn(text)).toEqual([])
  })

  test('names the line, and changes nothing but its place', () => {
    const text = 'const a = 1\n  const b = a > 2\n'
    const mutant = mutantsOf('a.ts', text).find(({ replacement }) => replacement === '>=')

    expect(mutant).toMatchObject({ line: 2, code: 'const b = a > 2' })
    expect(mutant && applyMutant(text, mutant)).toBe('const a = 1\n  const b = a >= 2\n')
  })
})

test('A seed chooses the same mutants each time, and another seed others', () => {
  const mutants = mutantsOf(
    'a.ts',
    Array.from({ length: 40 }, (_, index) => `const x${index} = a < b${index}`).join('\n'),
  )

  expect(sampleOf(mutants, 10, '1')).toHaveLength(10)
  expect(sampleOf(mutants, 10, '1')).toEqual(sampleOf(mutants, 10, '1'))
  expect(sampleOf(mutants, 10, '1')).not.toEqual(sampleOf(mutants, 10, '2'))
})

test('An equivalent mutant is found again where its line has moved', () => {
  const [mutant] = mutantsOf('a.ts', '\n\nconst x = a === b')
  const listed = { file: 'a.ts', code: 'const x = a === b', change: '=== -> !==', reason: '' }

  expect(mutant && isEquivalent([listed], mutant)).toBe(true)
  expect(mutant && isEquivalent([{ ...listed, file: 'b.ts' }], mutant)).toBe(false)
})
