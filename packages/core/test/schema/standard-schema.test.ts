import { describe, expect, test } from '@jest/globals'
import type { StandardSchema } from '@lpipe/core'
import { hasIssues, validate } from '@lpipe/core/middleware'

describe('validate()', () => {
  const throwing = (error: unknown, how: 'now' | 'later'): StandardSchema => ({
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: () => {
        if (how === 'now') throw error
        return Promise.reject(error)
      },
    },
  })

  test.each(['now', 'later'] as const)('passes on what a schema throws %s, but for too much nesting', async (how) => {
    const error = new TypeError('a transform of the user')
    await expect(async () => validate(throwing(error, how), {})).rejects.toBe(error)
    const other = new RangeError('toFixed() digits argument must be between 0 and 100')
    await expect(async () => validate(throwing(other, how), {})).rejects.toBe(other)
    const range = new RangeError('Maximum call stack size exceeded')
    expect(hasIssues(await validate(throwing(range, how), {}))).toBe(true)
  })
})
