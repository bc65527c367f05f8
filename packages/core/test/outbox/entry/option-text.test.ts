import { describe, expect, test } from '@jest/globals'
import type { Entry } from '@lpipe/core/outbox'
import { optionText } from '@lpipe/core/outbox'
import { queueNamed, turn } from '../outbox-with.ts'

const textOf = (groupId: unknown) => {
  const queue = queueNamed('q', { groupId, path: 'P' })
  return optionText({ queue, sending: { kwargs: { customer: 'ada' }, path: 'P' } } as Entry, 'groupId')
}

describe('optionText', () => {
  test('returns an option that is a string', () => {
    expect(textOf('a')).toBe('a')
    expect(textOf(undefined)).toBeUndefined()
  })

  test('computes an option from what is sent', () => {
    expect(textOf(({ kwargs, path }: never) => `${path}-${(kwargs as { customer: string }).customer}`)).toBe('P-ada')
  })

  test('throws an error that keeps the message if it cannot be computed', () => {
    const throws = () => {
      throw new Error('a secret')
    }
    expect(() => textOf(throws)).toThrow(
      expect.objectContaining({ name: 'UndeliverableError', message: 'cannot send to test q: its `groupId` threw' }),
    )
    const values: readonly (readonly [value: unknown, received: string])[] = [
      ['', 'an empty string'],
      [5, 'number'],
      [undefined, 'missing'],
      [null, 'null'],
      [Promise.resolve('a'), 'a promise'],
    ]
    for (const [value, received] of values) {
      expect(() => textOf(() => value)).toThrow(
        expect.objectContaining({
          // An asynchronous function is a fault of the graph, not of the message.
          name: value instanceof Promise ? 'InvalidConfigurationError' : 'UndeliverableError',
          message: `cannot send to test q: its \`groupId\` must return a non-empty string, received ${received}`,
        }),
      )
    }
  })

  test('handles what an asynchronous function rejects with', async () => {
    const unhandled: unknown[] = []
    const listen = (reason: unknown) => void unhandled.push(reason)
    process.on('unhandledRejection', listen)
    expect(() => textOf(async () => Promise.reject(new Error('a secret')))).toThrow('must return a non-empty string')
    await turn()
    await turn()
    process.off('unhandledRejection', listen)
    expect(unhandled).toEqual([])
  })
})
