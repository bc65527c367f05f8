import { describe, expect, test } from '@jest/globals'
import { moduleState } from '../src/module-state.ts'
import { filesIn } from '../src/sources.ts'

/** State of the process itself, whose one owner is the module, and what is only empty. */
const allowed: Readonly<Record<string, string>> = {
  'core/src/debug.ts': 'a switch of the process, which subscribes to its channels once',
  'local/src/environment.ts': 'whether a pipeline has set process.env, which all of them share',
  'signatures/src/written/resolve.ts': 'an empty map with a read-only type',
}

describe('no module holds state: one process may run 64 invocations, or several servers, at once', () => {
  const files = filesIn('*/src/**/*.ts')

  test('of the published packages', () => {
    const stateful = files.filter((file) => moduleState(file).length > 0).map(({ path }) => path)
    expect(files.length).toBeGreaterThan(400)
    expect(stateful).toEqual(Object.keys(allowed))
  })

  test.each([
    ['a variable', 'export let count = 0', 'count'],
    ['a collection that begins empty', 'export const names: string[] = []', 'names'],
    ['a cache', 'const cache = new WeakMap<object, string>()', 'cache'],
    ['an empty record', 'const texts = {} as Record<string, string>', 'texts'],
    ['a collection that is changed', "const names = new Set(['a'])\nexport const add = () => names.add('b')", 'names'],
    ['an array that is changed', 'const list = [1]\nexport const next = () => list.pop()', 'list'],
    ['a member that is assigned', 'const state = { open: 0 }\nexport const open = () => { state.open += 1 }', 'state'],
    ['a member that is counted', 'const state = { open: 0 }\nexport const open = () => state.open++', 'state'],
    ['a member that is deleted', "const state = { a: 1 }\nexport const close = () => delete state['a']", 'state'],
    ['an object that is extended', 'const state = { a: 1 }\nObject.assign(state, { b: 1 })', 'state'],
    ['a static field', 'class Counter { static count = 0 }', 'Counter.count'],
  ])('%s is found', (_, text, name) => {
    expect(moduleState({ path: 'example.ts', text })).toEqual([name])
  })

  test.each([
    [
      'a collection that is only read',
      "const names = new Set(['a'])\nexport const has = (name: string) => names.has(name)",
    ],
    ['state of a call', 'export const run = () => { let count = 0; const names = []; names.push(count++) }'],
    ['a field of an instance', 'export class Batch { count = 0; static readonly limit = 3 }'],
    [
      'a member of another value',
      'const limit = 3\nexport const set = (value: { limit: number }) => { value.limit = limit }',
    ],
  ])('%s is not', (_, text) => {
    expect(moduleState({ path: 'example.ts', text })).toEqual([])
  })
})
