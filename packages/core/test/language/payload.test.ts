import { describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError, InvalidPayloadError, payload, queue } from '@lpipe/core'
import { isPayload, nearPayloadIn, payloadsIn } from '@lpipe/core/middleware'

const archive = queue({ type: 'sqs', name: 'archive' })

const untyped = payload as (options: unknown) => unknown

describe('payload', () => {
  test('is made for a path, with kwargs', () => {
    expect(payload({ path: 'SHIP', kwargs: { id: 1 } })).toMatchObject({
      path: 'SHIP',
      queue: undefined,
      kwargs: { id: 1 },
    })
  })

  test('is made for a queue, with any JSON value', () => {
    for (const kwargs of [{ id: 1 }, [1], 'text', 0, false, null]) {
      expect(payload({ queue: archive, kwargs })).toMatchObject({ path: undefined, queue: archive, kwargs })
    }
  })

  test('has empty kwargs by default', () => {
    expect(payload({ path: 'SHIP' }).kwargs).toEqual({})
    expect(payload({ queue: archive }).kwargs).toEqual({})
  })

  const neither = 'payload: has neither a path nor a queue. Set one of them'

  test.each([
    ['both', { path: 'SHIP', queue: archive }, 'payload: has both a path and a queue. Make one payload for each'],
    ['neither', {}, neither],
    ['an empty path', { path: '' }, neither],
    ['nulls', { path: null, queue: null }, neither],
    ['a path that is a number', { path: 7 }, 'payload: `path` must be a string, received number'],
    ['a queue that is a string', { queue: 'archive' }, 'payload: `queue` must be made with queue(), received string'],
    [
      'an object like a queue',
      { queue: { type: 'sqs' } },
      'payload: `queue` must be made with queue(), received object',
    ],
    [
      'an array of kwargs',
      { path: 'SHIP', kwargs: [1] },
      'payload: `kwargs` for a path must be an object, received array',
    ],
    ['kwargs of null', { path: 'SHIP', kwargs: null }, 'payload: `kwargs` for a path must be an object, received null'],
  ])('refuses %s', (_, options, message) => {
    expect(() => untyped(options)).toThrow(InvalidPayloadError)
    expect(() => untyped(options)).toThrow(new InvalidPayloadError(message))
  })

  test('refuses an unknown option, because misspelt kwargs would be lost', () => {
    expect(() => untyped({ path: 'SHIP', kwarg: { id: 1 } })).toThrow(InvalidConfigurationError)
    expect(() => untyped({ path: 'SHIP', kwarg: { id: 1 } })).toThrow(
      new InvalidConfigurationError('payload: unknown option `kwarg`. Known options: path, queue, kwargs'),
    )
    expect(() => untyped(undefined)).toThrow(
      new InvalidConfigurationError('payload: expected an object of options, received missing'),
    )
  })
})

const first = payload({ path: 'A' })
const second = payload({ queue: archive })

describe('payloadsIn', () => {
  test('returns a payload, and those of an array among other values', () => {
    expect(payloadsIn(first)).toEqual([first])
    expect(payloadsIn([first, 1, null, 'x', second, { path: 'A' }])).toEqual([first, second])
  })

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['a string', 'A'],
    ['an empty array', []],
    ['an array of other values', [1, { path: 'A', kwargs: {} }]],
    ['an object like a payload', { path: 'A', queue: undefined, kwargs: {} }],
    ['a payload in an object', { first }],
    ['a payload in a nested array', [[first]]],
  ])('returns none for %s', (_, returned) => {
    expect(payloadsIn(returned)).toEqual([])
  })
})

describe('nearPayloadIn', () => {
  const nested = 'payloads in a nested array. Return `array.flat()`'
  const generator = 'a generator, whose body never runs. Return an array of payloads'
  const settled = 'payloads in the results of `Promise.allSettled()`. Return `Promise.all(...)`'
  const promises = 'promises in an array. Return `Promise.all(...)`'

  test.each<[what: string, returned: unknown, problem: string]>([
    ['a payload in a nested array', [[first]], nested],
    ['a payload two arrays deep', [1, [[first]]], nested],
    ['payloads in a Set', new Set([first]), 'payloads in a Set. Return an array'],
    ['payloads in a Map', new Map([['a', first]]), 'payloads in a Map. Return an array'],
    ['a Set in an array', [new Set([first])], 'payloads in a Set. Return an array'],
    ['an array in a Set', new Set([[first]]), 'payloads in a Set. Return an array'],
    ['an array in a Map', new Map([['a', [[first]]]]), 'payloads in a Map. Return an array'],
    ['the keys of a Map', new Map([[first, 1]]), 'payloads in a Map. Return an array'],
    ['the result of a payload', [{ status: 'fulfilled', value: first }], settled],
    [
      'the results of arrays',
      [
        { status: 'rejected', reason: 1 },
        { status: 'fulfilled', value: [first] },
      ],
      settled,
    ],
    ['a promise in a Set', new Set([Promise.resolve(first)]), 'promises in a Set. Return `Promise.all(...)`'],
    // biome-ignore lint/suspicious/noThenProperty: a thenable
    ['a thenable in an array', [{ then: () => undefined }], promises],
    ['a promise in an array', [Promise.resolve(first)], promises],
    ['a promise in a nested array', [[Promise.resolve(first)]], promises],
    ['a promise behind a payload in an array', [second, Promise.resolve(first)], promises],
    [
      'a generator',
      (function* () {
        yield first
      })(),
      generator,
    ],
    [
      'an asynchronous generator',
      (async function* () {
        yield first
      })(),
      generator,
    ],
    ['an iterator of an array', [first].values(), generator],
  ])('names %s', (_, returned, problem) => {
    expect(nearPayloadIn(returned)).toBe(problem)
  })

  test.each([
    ['a payload', first],
    ['an array of payloads', [first, second]],
    ['undefined', undefined],
    ['null', null],
    ['a string', 'text'],
    ['an object', { a: [1] }],
    ['an object like a payload', { path: 'A', kwargs: {} }],
    ['results of values', [{ status: 'fulfilled', value: 1 }]],
    [
      'an object whose members cannot be read',
      [
        {
          get status() {
            throw new Error('no')
          },
        },
      ],
    ],
    ['nested arrays of values', [[1], [[2]]]],
    ['a Set of values', new Set([1])],
    ['a Map of values', new Map([[1, [2]]])],
    ['a database cursor with a method next', { next: () => undefined }],
    ['a class instance', new Date()],
  ])('accepts %s', (_, returned) => {
    expect(nearPayloadIn(returned)).toBeUndefined()
  })

  test('ends for an array that holds itself', () => {
    const loop: unknown[] = []
    loop.push(loop)
    expect(nearPayloadIn(loop)).toBeUndefined()
  })

  test('ends for arrays that are nested deeply', () => {
    let deep: unknown[] = []
    for (let level = 0; level < 50_000; level += 1) deep = [deep]
    expect(nearPayloadIn(deep)).toBeUndefined()
    deep = [first]
    for (let level = 0; level < 50_000; level += 1) deep = [deep]
    expect(nearPayloadIn(deep)).toBe(nested)
  })

  const copies = <T>(value: T): T[] => Array.from({ length: 10 }, () => value)
  /** Each array holds the next one ten times: 10,000 ways lead to the value. */
  const shared = (value: unknown): unknown[] => [1, 2, 3, 4].reduce((inner: unknown[]) => copies(inner), [value])

  test.each<[what: string, holding: (value: unknown) => unknown]>([
    ['an array', shared],
    ['an array in a Set', (value) => new Set([shared(value)])],
    ['an array in a Map', (value) => new Map([['a', shared(value)]])],
    ['a Set', (value) => copies(new Set([value]))],
    ['the result of a promise', (value) => copies({ status: 'fulfilled', value: [value] })],
  ])('reads %s that is found many times once', (_, holding) => {
    let reads = 0
    const value = new Proxy(
      {},
      {
        get: () => {
          reads += 1
          return undefined
        },
      },
    )
    expect(nearPayloadIn(holding(value))).toBeUndefined()
    expect(reads).toBeGreaterThan(0)
    expect(reads).toBeLessThan(10)
    expect(nearPayloadIn(holding(first))).toMatch(/^payloads in /)
  })
})

test('a payload is recognised by its brand, which a message cannot forge', () => {
  expect(isPayload(first)).toBe(true)
  expect(isPayload(JSON.parse(JSON.stringify(first)))).toBe(false)
  expect(isPayload(null)).toBe(false)
  expect(isPayload('A')).toBe(false)
})
