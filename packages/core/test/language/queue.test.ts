import { describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError, queue } from '@lpipe/core'
import { checkQueue, isQueue, queueLabel } from '@lpipe/core/middleware'
import { type } from 'arktype'
import { z } from 'zod'

const untyped = queue as (options: unknown) => unknown

/** Makes senders for a type of queue with one option. */
const factory = Object.assign(() => ({ maxEntries: 1, maxBytes: 1, prepare: () => undefined }), {
  queueOptions: { priority: 1 },
  checkQueue: ({ options }: { readonly options: Readonly<Record<string, unknown>> }) => {
    if (options['priority'] === 13) throw new InvalidConfigurationError('the service has no priority 13')
  },
})

describe('queue', () => {
  test('is named by name or by URL', () => {
    expect(queue({ type: 'sqs', name: 'orders' })).toMatchObject({ type: 'sqs', name: 'orders', url: undefined })
    expect(queue({ type: 'sqs', url: 'https://sqs/orders', path: 'ADD' })).toMatchObject({
      name: undefined,
      url: 'https://sqs/orders',
      path: 'ADD',
    })
    expect(queue({ type: 'kinesis', name: 'clicks' })).toMatchObject({ type: 'kinesis', name: 'clicks' })
    expect(queue({ type: 'of-my-own', name: 'x' }).type).toBe('of-my-own')
  })

  test('keeps its schema, and validates only if asked to', () => {
    const schema = z.object({ id: z.string() })
    expect(queue({ type: 'sqs', name: 'orders' })).toMatchObject({ schema: undefined, validate: false })
    const made = queue({ type: 'sqs', name: 'orders', schema, validate: true })
    expect(made).toMatchObject({ validate: true, options: {} })
    expect(made.schema).toBe(schema)
    const callable = type({ id: 'string' }) // a function
    expect(queue({ type: 'sqs', name: 'orders', schema: callable })).toMatchObject({
      schema: callable,
      validate: false,
    })
  })

  test('takes an empty string as not given', () => {
    expect(queue({ type: 'sqs', name: 'orders', url: '', path: '' })).toMatchObject({ url: undefined, path: undefined })
  })

  test('cannot be changed', () => {
    const made = queue({ type: 'sqs', name: 'orders', delaySeconds: 1 })
    expect(() => Object.assign(made, { name: 'others' })).toThrow(TypeError)
    expect(() => Object.assign(made.options, { delaySeconds: 2 })).toThrow(TypeError)
  })

  test.each([
    ['without name and URL', { type: 'sqs' }, "queue of type 'sqs': requires `name` or `url`"],
    ['with an empty name', { type: 'sqs', name: '' }, "queue of type 'sqs': requires `name` or `url`"],
    ['without a type', { name: 'orders' }, "queue: `type` must be a non-empty string, for example 'sqs'"],
    [
      'with a name that is a number',
      { type: 'sqs', name: 5 },
      "queue of type 'sqs': `name` must be a string, received 5",
    ],
    [
      'with a URL that is an object',
      { type: 'sqs', url: {} },
      "queue of type 'sqs': `url` must be a string, received object",
    ],
    [
      'with a path that is an array',
      { type: 'sqs', name: 'a', path: ['A'] },
      "queue of type 'sqs': `path` must be a string, received array",
    ],
    [
      'with a schema that is not a Standard Schema',
      { type: 'sqs', name: 'a', schema: { type: 'object' } },
      "queue of type 'sqs': `schema` must be a Standard Schema, received object",
    ],
    [
      'that validates without a schema',
      { type: 'sqs', name: 'a', validate: true },
      "queue of type 'sqs': `validate: true` requires `schema`",
    ],
    [
      'whose `validate` is a string',
      { type: 'sqs', name: 'a', validate: 'yes' },
      "queue of type 'sqs': `validate` must be a boolean, received 'yes'",
    ],
    ['that is a string', 'orders', 'queue: expected an object of options, received string'],
  ])('refuses one %s', (_, options, message) => {
    expect(() => untyped(options)).toThrow(InvalidConfigurationError)
    expect(() => untyped(options)).toThrow(new InvalidConfigurationError(message))
  })

  test('keeps the options of its type', () => {
    const options = { groupId: 'a', deduplicationId: () => 'b', attributes: { kind: 'order' }, strictOrder: true }
    expect(queue({ type: 'sqs', name: 'orders.fifo', ...options }).options).toEqual(options)
  })
})

describe('the options of its type', () => {
  const own = (options: object) => queue({ type: 'own', name: 'q', sender: factory, ...options })

  test('are checked at once if the queue has a sender', () => {
    expect(own({ priority: 2 }).options).toEqual({ priority: 2 })
    expect(() => own({ priority: 0 })).toThrow(
      new InvalidConfigurationError("queue of type 'own': `priority` must be a number of at least 1, received 0"),
    )
    expect(() => own({ priority: 13 })).toThrow(new InvalidConfigurationError('the service has no priority 13'))
  })

  test('are otherwise checked when the sender is known', () => {
    const unchecked = queue({ type: 'own', name: 'q', prio: 1 })
    expect(() => checkQueue(unchecked, factory)).toThrow(
      new InvalidConfigurationError(
        "queue of type 'own': unknown option `prio`. Known options: type, name, url, path, sender, schema, validate, priority",
      ),
    )
  })

  test('are not checked with a factory that declares nothing: the sender that it makes declares them', () => {
    const made = queue({ type: 'own', name: 'q', priority: 0, sender: () => factory() })
    expect(made.options).toEqual({ priority: 0 })
  })

  test('are none unless the type declares some', () => {
    expect(() => checkQueue(queue({ type: 'own', name: 'q', priority: 1 }), {})).toThrow(InvalidConfigurationError)
    expect(() => checkQueue(queue({ type: 'own', name: 'q' }), {})).not.toThrow()
  })
})

test('isQueue recognises a queue by its brand', () => {
  expect(isQueue(queue({ type: 'sqs', name: 'orders' }))).toBe(true)
  expect(isQueue({ ...queue({ type: 'sqs', name: 'orders' }) })).toBe(true) // a copy has the brand too
  expect(isQueue({ type: 'sqs', name: 'orders' })).toBe(false)
  expect(isQueue(undefined)).toBe(false)
})

test('queueLabel returns the type, and the name or the URL', () => {
  expect(queueLabel(queue({ type: 'sqs', name: 'orders', url: 'https://sqs/orders' }))).toBe('sqs orders')
  expect(queueLabel(queue({ type: 'sqs', url: 'https://sqs/orders' }))).toBe('sqs https://sqs/orders')
})
