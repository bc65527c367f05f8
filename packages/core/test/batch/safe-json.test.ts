import { describe, expect, test } from '@jest/globals'
import { safeJson } from '@lpipe/core/middleware'
import fc from 'fast-check'

describe('safeJson', () => {
  test('returns JSON values as they are', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(JSON.stringify(safeJson(value))).toBe(JSON.stringify(value))
      }),
    )
  })

  test('always returns what JSON.stringify accepts', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: true, withMap: true, withSet: true, withDate: true }), (value) => {
        expect(() => JSON.stringify(safeJson(value))).not.toThrow()
      }),
    )
  })

  test('writes 32 levels unless `maxDepth` says otherwise', () => {
    const nested = (levels: number): unknown => (levels === 0 ? 'end' : [nested(levels - 1)])
    expect(JSON.stringify(safeJson(nested(32)))).toBe(JSON.stringify(nested(32)))
    expect(JSON.stringify(safeJson(nested(33)))).not.toContain('end')
  })

  test('keeps a value that occurs twice, but is not a cycle', () => {
    const shared = { a: 1 }
    expect(safeJson([shared, shared])).toEqual([{ a: 1 }, { a: 1 }])
  })

  test('ends a cycle through arrays, objects and toJSON', () => {
    const list: unknown[] = []
    list.push({ list })
    expect(safeJson(list)).toEqual([{ list: '[circular]' }])
    const self: object = { toJSON: () => self }
    expect(safeJson(self)).toBe('[circular]')
    const endless = (): object => ({ toJSON: endless })
    expect(safeJson(endless())).toBe('[nested too deeply]')
  })

  test('keeps a member called __proto__', () => {
    const parsed = JSON.parse('{"__proto__":{"a":1}}')
    expect(JSON.stringify(safeJson(parsed))).toBe('{"__proto__":{"a":1}}')
  })

  test('cuts what nests too deeply', () => {
    let deep: unknown = 'bottom'
    for (let level = 0; level < 50_000; level += 1) deep = [deep]
    expect(JSON.stringify(safeJson(deep, { maxDepth: 3 }))).toBe('[[["[nested too deeply]"]]]')
    expect(JSON.stringify(safeJson(deep))).toContain('[nested too deeply]')
  })

  test('cuts strings, arrays and objects', () => {
    const value = { long: 'x'.repeat(20), list: [1, 2, 3], third: 1 }
    expect(safeJson(value, { maxString: 4, maxItems: 2 })).toEqual({ long: 'xxxx... (20 characters)', list: [1, 2] })
    expect(safeJson(['xxxx', 'xxxxx'], { maxString: 4 })).toEqual(['xxxx', 'xxxx... (5 characters)'])
  })

  test('ends for arrays that share others, and says so', () => {
    let reads = 0
    const counted = {
      get id() {
        reads += 1
        return 1
      },
    }
    let shared = [counted]
    for (let level = 0; level < 10; level += 1) shared = [shared, shared] as never
    expect(JSON.stringify(safeJson(shared, { maxValues: 100 }))).toContain('[too many values]')
    expect(reads).toBeLessThan(100)
    // With 16 million values, more than the default.
    for (let level = 0; level < 12; level += 1) shared = [shared, shared] as never
    expect(JSON.stringify(safeJson(shared)).includes('[too many values]')).toBe(true)
  })

  test("ignores an error's toJSON and own members, which may hold requests and headers", () => {
    const error = Object.assign(new Error('status 401'), {
      config: { headers: { Authorization: 'Bearer secret' } },
      toJSON: () => ({ Authorization: 'Bearer secret' }),
    })
    expect(safeJson({ error })).toEqual({ error: { name: 'Error', message: 'status 401', stack: error.stack } })
  })

  test('does not quote a cause that is not an Error', () => {
    const text = JSON.stringify(safeJson(new Error('x', { cause: { card: '4111' } })))
    expect(text).not.toContain('4111')
    expect(text).toContain('a value that is not an Error was thrown: object')
  })

  test('reads an error whose members throw', () => {
    const error = Object.defineProperties(new Error('x'), {
      message: {
        get: () => {
          throw new Error('no')
        },
      },
      stack: {
        get: () => {
          throw new Error('no')
        },
      },
    })
    expect(safeJson(error)).toEqual({ name: 'Error', message: 'an unreadable value was thrown' })
  })
})
