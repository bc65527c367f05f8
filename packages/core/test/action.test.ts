import { describe, expect, test } from '@jest/globals'
import { action, InvalidConfigurationError, isAction, queue } from '@lpipe/core'

const loose = action as (options: unknown) => unknown
const store = () => undefined

describe('action', () => {
  test('keeps what it was given', () => {
    const end = queue({ type: 'sqs', name: 'end' })
    const given = {
      functions: [store],
      paths: ['NEXT', end],
      queues: [end],
      requiredParams: ['id', ['from', 'to']],
      includeAllParams: true,
    } as const
    expect(action(given)).toMatchObject(given)
  })

  test('cannot be changed', () => {
    expect(() => Object.assign(action({ functions: [store] }), { functions: [] })).toThrow(TypeError)
  })

  test.each(['functions', 'paths', 'queues', 'requiredParams'])('refuses %s that are no array', (key) => {
    expect(() => loose({ [key]: 'X' })).toThrow(
      new InvalidConfigurationError(`action: its ${key} must be an array, got 'X'`),
    )
    expect(() => loose({ [key]: null })).toThrow(
      new InvalidConfigurationError(`action: its ${key} must be an array, got null`),
    )
  })

  test('refuses includeAllParams of another kind', () => {
    expect(() => loose({ functions: [store], includeAllParams: 'yes' })).toThrow(
      new InvalidConfigurationError("action: its includeAllParams must be a boolean, got 'yes'"),
    )
  })

  test('refuses a misspelt option, and says which there are', () => {
    expect(() => loose({ function: [store] })).toThrow(
      new InvalidConfigurationError(
        "action: unknown option 'function'. It takes: functions, paths, queues, requiredParams, includeAllParams",
      ),
    )
  })
})

test('an action is known by its mark', () => {
  expect(isAction(action({ functions: [store] }))).toBe(true)
  expect(isAction({ functions: [store] })).toBe(false)
  expect(isAction(null)).toBe(false)
})
