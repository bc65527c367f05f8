import { describe, expect, test } from '@jest/globals'
import { finderOf } from '../src/names.ts'

const never = (): never => {
  throw new Error('duplicate')
}
const find = (names: readonly string[], name: string): string | undefined =>
  finderOf(
    names.map((one) => ({ name: one })),
    never,
  )(name)?.name

describe('the path that a name leads to', () => {
  test.each<[names: string[], name: string, path: string | undefined]>([
    [['SHIP', 'X'], 'SHIP', 'SHIP'],
    [['Ship'], 'sHIP', 'Ship'],
    [['SHIP'], 'Path.ship', 'SHIP'],
    [['A.B', 'B'], 'a.b', 'A.B'],
    [['B'], 'A.', undefined],
    [['SHIP'], '', undefined],
    [['SHIP'], '.', undefined],
  ])('%j: %j is %j', (names, name, path) => expect(find(names, name)).toBe(path))

  // Unicode folds more letters: ſ to S, ı to I, the Kelvin sign to k, ß to SS.
  test.each([
    ['SHIP', 'ſHIP'],
    ['SHIP', 'SHıP'],
    ['K', '\u212A'],
    ['STRASSE', 'Straße'],
    ['É', 'é'],
    ['FI', '\uFB01'],
  ])('%s is not %s: only ASCII letters are compared without regard to case', (path, name) => {
    expect(find([path], name)).toBeUndefined()
    expect(find([path, name], name)).toBe(name)
  })

  test('two names that differ only in the case of ASCII letters are refused', () => {
    const duplicates: string[] = []
    const onDuplicate = (one: { name: string }, other: { name: string }): never => {
      duplicates.push(one.name, other.name)
      throw new Error('duplicate')
    }
    expect(() => finderOf([{ name: 'é1' }, { name: 'Ship' }, { name: 'sHIP' }], onDuplicate)).toThrow('duplicate')
    expect(duplicates).toEqual(['Ship', 'sHIP'])
  })
})
