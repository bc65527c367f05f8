import { describe, expect, test } from '@jest/globals'
import { action, InvalidConfigurationError, queue } from '@lpipe/core'
import { isAction } from '@lpipe/core/middleware'

const untyped = action as (options: unknown) => unknown
const store = () => undefined

describe('action', () => {
  test('keeps its options', () => {
    const end = queue({ type: 'sqs', name: 'end' })
    const options = {
      functions: [store],
      paths: ['NEXT', end],
      queues: [end],
      requiredParams: ['id', ['from', 'to']],
      includeAllParams: true,
    } as const
    expect(action(options)).toMatchObject(options)
  })

  test('cannot be changed', () => {
    expect(() => Object.assign(action({ functions: [store] }), { functions: [] })).toThrow(TypeError)
  })

  test.each(['functions', 'paths', 'queues', 'requiredParams'])('refuses `%s` that is not an array', (name) => {
    expect(() => untyped({ [name]: 'X' })).toThrow(
      new InvalidConfigurationError(`action: \`${name}\` must be an array, received 'X'`),
    )
    expect(() => untyped({ [name]: null })).toThrow(
      new InvalidConfigurationError(`action: \`${name}\` must be an array, received null`),
    )
  })

  test('refuses `includeAllParams` that is not a boolean', () => {
    expect(() => untyped({ functions: [store], includeAllParams: 'yes' })).toThrow(
      new InvalidConfigurationError("action: `includeAllParams` must be a boolean, received 'yes'"),
    )
  })

  test('refuses an unknown option, and lists the known ones', () => {
    expect(() => untyped({ function: [store] })).toThrow(
      new InvalidConfigurationError(
        'action: unknown option `function`. Known options: functions, paths, queues, requiredParams, includeAllParams',
      ),
    )
  })
})

test('isAction recognises an action by its brand', () => {
  expect(isAction(action({ functions: [store] }))).toBe(true)
  expect(isAction({ functions: [store] })).toBe(false)
  expect(isAction(null)).toBe(false)
})
