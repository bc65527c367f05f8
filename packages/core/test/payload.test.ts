import { describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError, InvalidPayloadError, isPayload, payload, payloadsIn, queue } from '@lpipe/core'

const archive = queue({ type: 'sqs', name: 'archive' })

/** What a user without types, or with types told to be quiet, would call. */
const loose = payload as (options: unknown) => unknown

describe('payload', () => {
  test('is for a path, with kwargs', () => {
    expect(payload({ path: 'SHIP', kwargs: { id: 1 } })).toMatchObject({
      path: 'SHIP',
      queue: undefined,
      kwargs: { id: 1 },
    })
  })

  test('is for a queue, with any JSON value', () => {
    for (const kwargs of [{ id: 1 }, [1], 'text', 0, false, null]) {
      expect(payload({ queue: archive, kwargs })).toMatchObject({ path: undefined, queue: archive, kwargs })
    }
  })

  test('has no kwargs unless given', () => {
    expect(payload({ path: 'SHIP' }).kwargs).toEqual({})
    expect(payload({ queue: archive }).kwargs).toEqual({})
  })

  test.each([
    ['both', { path: 'SHIP', queue: archive }, 'payload: it has both a path and a queue. Make one payload for each'],
    ['neither', {}, 'payload: it has neither a path nor a queue. Give it one of them'],
    ['an empty path', { path: '' }, 'payload: it has neither a path nor a queue. Give it one of them'],
    ['nulls', { path: null, queue: null }, 'payload: it has neither a path nor a queue. Give it one of them'],
    ['a path that is no text', { path: 7 }, 'payload: its path must be text, got number'],
    ['a queue that is a text', { queue: 'archive' }, 'payload: its queue must be made with queue(), got text'],
    ['a look-alike queue', { queue: { type: 'sqs' } }, 'payload: its queue must be made with queue(), got an object'],
    [
      'a list of kwargs',
      { path: 'SHIP', kwargs: [1] },
      'payload for path SHIP: its kwargs must be an object, got an array',
    ],
    ['kwargs of null', { path: 'SHIP', kwargs: null }, 'payload for path SHIP: its kwargs must be an object, got null'],
  ])('refuses %s', (_, options, message) => {
    expect(() => loose(options)).toThrow(InvalidPayloadError)
    expect(() => loose(options)).toThrow(message)
  })

  test('refuses a misspelt option, which would be kwargs that are lost', () => {
    expect(() => loose({ path: 'SHIP', kwarg: { id: 1 } })).toThrow(
      new InvalidConfigurationError("payload: unknown option 'kwarg'. It takes: path, queue, kwargs"),
    )
    expect(() => loose({ path: 'SHIP', kwarg: { id: 1 } })).toThrow(InvalidConfigurationError)
    expect(() => loose(undefined)).toThrow(
      new InvalidConfigurationError('payload: expected an object of options, got nothing'),
    )
  })
})

describe('payloadsIn', () => {
  const first = payload({ path: 'A' })
  const second = payload({ queue: archive })

  test('finds a payload, and those of an array among other things', () => {
    expect(payloadsIn(first)).toEqual([first])
    expect(payloadsIn([first, 1, null, 'x', second, { path: 'A' }])).toEqual([first, second])
  })

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'A'],
    ['an empty array', []],
    ['an array of other things', [1, { path: 'A', kwargs: {} }]],
    ['an object that looks like one', { path: 'A', queue: undefined, kwargs: {} }],
    ['one in an object', { first }],
    ['one in an array in an array', [[first]]],
  ])('finds none in %s', (_, returned) => {
    expect(payloadsIn(returned)).toEqual([])
  })
})

test('a payload is known by its mark, not by its form, and a message cannot forge one', () => {
  expect(isPayload(payload({ path: 'A' }))).toBe(true)
  expect(isPayload(JSON.parse(JSON.stringify(payload({ path: 'A' }))))).toBe(false)
  expect(isPayload(null)).toBe(false)
  expect(isPayload('A')).toBe(false)
})
