import { describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError, isQueue, queue } from '@lpipe/core'

const loose = queue as (options: unknown) => unknown

describe('queue', () => {
  test('is named by name or by url', () => {
    expect(queue({ type: 'sqs', name: 'orders' })).toMatchObject({ type: 'sqs', name: 'orders', url: undefined })
    expect(queue({ type: 'sqs', url: 'https://sqs/orders', path: 'ADD' })).toMatchObject({
      name: undefined,
      url: 'https://sqs/orders',
      path: 'ADD',
    })
    expect(queue({ type: 'kinesis', name: 'clicks' })).toMatchObject({ type: 'kinesis', name: 'clicks' })
    expect(queue({ type: 'of-my-own', name: 'x' }).type).toBe('of-my-own')
  })

  test('takes an empty text for none', () => {
    expect(queue({ type: 'sqs', name: 'orders', url: '', path: '' })).toMatchObject({ url: undefined, path: undefined })
  })

  test('cannot be changed', () => {
    expect(() => Object.assign(queue({ type: 'sqs', name: 'orders' }), { name: 'others' })).toThrow(TypeError)
  })

  test.each([
    ['without name and url', { type: 'sqs' }, "queue of type 'sqs': it needs a name or a url"],
    ['with an empty name', { type: 'sqs', name: '' }, "queue of type 'sqs': it needs a name or a url"],
    ['without a type', { name: 'orders' }, "queue: it needs a type, such as 'sqs' or 'kinesis'"],
    ['with a name of another kind', { type: 'sqs', name: 5 }, "queue of type 'sqs': its name must be text"],
    ['with a url of another kind', { type: 'sqs', url: {} }, "queue of type 'sqs': its url must be text"],
    [
      'with a path of another kind',
      { type: 'sqs', name: 'a', path: ['A'] },
      "queue of type 'sqs': its path must be text",
    ],
    ['that is a text', 'orders', 'queue: expected an object of options, got text'],
  ])('refuses one %s', (_, options, message) => {
    expect(() => loose(options)).toThrow(InvalidConfigurationError)
    expect(() => loose(options)).toThrow(message)
  })

  test.each([
    [{ groupId: 7 }, 'its groupId must be text and not empty, or a function'],
    [{ groupId: '' }, 'its groupId must be text and not empty, or a function'],
    [{ deduplicationId: {} }, 'its deduplicationId must be text and not empty, or a function'],
    [{ partitionKey: null }, 'its partitionKey must be text and not empty, or a function'],
    [{ delaySeconds: -1 }, 'its delaySeconds must be a number of at least 0, got -1'],
    [{ delaySeconds: 901 }, 'its delaySeconds must be a whole number from 0 to 900'],
    [{ delaySeconds: 1.5 }, 'its delaySeconds must be a whole number from 0 to 900'],
    [{ delaySeconds: '5' }, "its delaySeconds must be a number of at least 0, got '5'"],
    [{ attributes: [] }, 'its attributes must be an object, got an array'],
    [{ attributes: { a: 1 } }, 'its attributes must be an object of texts'],
  ])('refuses %j', (options, message) => {
    expect(() => loose({ type: 'sqs', name: 'orders', ...options })).toThrow(InvalidConfigurationError)
    expect(() => loose({ type: 'sqs', name: 'orders', ...options })).toThrow(`queue of type 'sqs': ${message}`)
  })

  test('takes what a queue may be sent with', () => {
    const given = {
      groupId: 'a',
      deduplicationId: () => 'b',
      delaySeconds: 900,
      attributes: { kind: 'order' },
      strictOrder: true,
    }
    expect(queue({ type: 'sqs', name: 'orders.fifo', ...given })).toMatchObject(given)
  })

  test('refuses a misspelt option, and says which there are', () => {
    expect(() => loose({ type: 'sqs', nmae: 'orders' })).toThrow(
      /^queue of type 'sqs': unknown option 'nmae'\. It takes: type, name, url, /,
    )
  })
})

test('a queue is known by its mark', () => {
  expect(isQueue(queue({ type: 'sqs', name: 'orders' }))).toBe(true)
  expect(isQueue({ ...queue({ type: 'sqs', name: 'orders' }) })).toBe(true) // a copy has the mark too
  expect(isQueue({ type: 'sqs', name: 'orders' })).toBe(false)
  expect(isQueue(undefined)).toBe(false)
})
