import { describe, expect, test } from '@jest/globals'
import {
  FailButContinue,
  FailCatastrophically,
  InvalidConfigurationError,
  InvalidPathError,
  InvalidPayloadError,
  LpipeError,
  UndeliverableError,
} from '@lpipe/core'
import {
  describeError,
  dispositionOf,
  errorType,
  isInvalidConfiguration,
  isInvalidPayload,
  isSkipped,
  isUndeliverable,
  SkippedError,
  validationError,
} from '@lpipe/core/middleware'

/** A proxy that throws whatever is read from it. */
const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

/** A proxy that has every member, as mocks do. */
const hasEverything = (): object => new Proxy({}, { get: () => 'yes' })

test('an error that another copy of this package made has the same disposition', async () => {
  const another = '../../src/language/errors.ts?another'
  const { FailButContinue: Drop, FailCatastrophically: Fail } = (await import(another)) as typeof import('@lpipe/core')
  expect(new Drop('gone')).not.toBeInstanceOf(FailButContinue)
  expect(dispositionOf(new Drop('gone'))).toBe('dropped')
  expect(dispositionOf(new Fail('down'))).toBe('failed')
})

test('the classes of another copy of this package are recognised', async () => {
  const another = '../../src/language/errors.ts?another'
  const other = (await import(another)) as typeof import('../../src/language/errors.ts')
  class Own extends other.UndeliverableError {}
  const errors = [
    new other.InvalidConfigurationError('x'),
    new other.InvalidPayloadError('x'),
    new other.SkippedError('x'),
    new Own('x'),
    new other.FailCatastrophically('x'),
    hasEverything(),
  ]
  expect(errors.map(isInvalidConfiguration)).toEqual([true, false, false, false, false, false])
  expect(errors.map(isInvalidPayload)).toEqual([false, true, false, false, false, false])
  expect(errors.map(isSkipped)).toEqual([false, false, true, false, false, false])
  expect(errors.map(isUndeliverable)).toEqual([false, false, false, true, false, false])
})

describe('the disposition', () => {
  test.each([
    [FailButContinue, 'dropped'],
    [InvalidPathError, 'dropped'],
    [InvalidPayloadError, 'dropped'],
    [FailCatastrophically, 'failed'],
    [InvalidConfigurationError, 'failed'],
    [SkippedError, 'failed'],
    [UndeliverableError, 'failed'],
    [LpipeError, undefined],
    [Error, undefined],
  ])('of %p and subclasses is %p', (errorClass, disposition) => {
    const Class = errorClass as new (message: string) => Error
    expect(dispositionOf(new Class('x'))).toBe(disposition)
    expect(dispositionOf(new (class Own extends Class {})('x'))).toBe(disposition)
  })

  test.each([
    ['a string', 'x'],
    ['undefined', undefined],
    ['null', null],
    ['a number', 0],
    ['a function', () => undefined],
    ['a frozen object', Object.freeze({ outcome: 'failed' })],
    ['a revoked proxy', revoked()],
    ['a proxy that has every member', hasEverything()],
  ])('of %s is undefined', (_, thrown) => {
    expect(dispositionOf(thrown)).toBeUndefined()
  })
})

test('isSkipped and isUndeliverable recognise one class each, and read from any value', () => {
  const values = [new SkippedError('x'), new UndeliverableError('x'), new FailCatastrophically('x'), revoked(), null]
  expect(values.map(isSkipped)).toEqual([true, false, false, false, false])
  expect(values.map(isUndeliverable)).toEqual([false, true, false, false, false])
})

test('an error has message, cause and stack', () => {
  const cause = new Error('deeper')
  const error = new FailCatastrophically('why', { cause, retryAfterSeconds: 5 })
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({ message: 'why', cause, retryAfterSeconds: 5 })
  expect(error.stack).toMatch(/^FailCatastrophically: why\n/)
})

describe('the name', () => {
  test('is that of the class', () => {
    const classes = [LpipeError, FailButContinue, InvalidPathError, InvalidConfigurationError, SkippedError]
    for (const Class of classes) expect(new Class('x').name).toBe(Class.name)
    expect(new InvalidPayloadError('x').name).toBe('InvalidPayloadError')
    expect(new UndeliverableError('x').name).toBe('UndeliverableError')
  })

  test("of a user's class is its own", () => {
    class OutOfStock extends FailButContinue {}
    expect(String(new OutOfStock('gone'))).toBe('OutOfStock: gone')
  })

  test('can be written out, so that it survives a minifier', () => {
    class a extends InvalidPayloadError {
      static override readonly name = 'OutOfStock'
    }
    expect(new a('gone').name).toBe('OutOfStock')
    class b extends a {}
    expect(new b('gone').name).toBe('b') // each class has a name of its own
  })

  test('can be set in a constructor', () => {
    class OutOfStock extends FailCatastrophically {
      constructor(message: string) {
        super(message)
        this.name = 'OUT_OF_STOCK'
      }
    }
    const error = new OutOfStock('gone')
    expect(error.name).toBe('OUT_OF_STOCK')
    expect(dispositionOf(error)).toBe('failed')
    expect(new FailCatastrophically('x').name).toBe('FailCatastrophically')
  })

  test('can be set again by a subclass of a class that sets it', () => {
    class Own extends FailCatastrophically {
      constructor(message: string) {
        super(message)
        this.name = 'OWN'
      }
    }
    class Sold extends Own {
      override name = 'SOLD'
    }
    expect(new Sold('gone').name).toBe('SOLD')
  })

  test('can be set by a class field', () => {
    class OutOfStock extends FailButContinue {
      override name = 'OUT_OF_STOCK'
    }
    expect(new OutOfStock('gone').name).toBe('OUT_OF_STOCK')
  })
})

test('InvalidPayloadError carries the issues of a schema, not as own members', () => {
  const issues = [{ message: 'too small', path: ['age'] }]
  const error = validationError('store', issues, { age: 1 })
  expect(error.issues).toBe(issues)
  expect(Object.keys(error)).toEqual([]) // loggers and Sentry print an error's own members
  expect(new InvalidPayloadError('x').issues).toEqual([])
})

describe('describeError', () => {
  test.each([
    ['an error', new TypeError('no'), 'TypeError: no'],
    ["one of lpipe's errors", new InvalidPathError('no'), 'InvalidPathError: no'],
    ['an error without a name', Object.assign(new Error('no'), { name: '' }), 'Error: no'],
    ['an error whose name is a symbol', Object.assign(new Error('no'), { name: Symbol('x') }), 'Error: no'],
    ['an error whose message is a number', Object.assign(new Error('no'), { message: 7 }), 'Error: '],
    [
      'an object with a message',
      { name: 'AccessDenied', message: 'no' },
      'Error: a value that is not an Error was thrown: object',
    ],
    ['a string', 'a secret', 'Error: a value that is not an Error was thrown: string'],
    ['undefined', undefined, 'Error: a value that is not an Error was thrown: missing'],
    ['null', null, 'Error: a value that is not an Error was thrown: null'],
    ['a frozen object', Object.freeze({ code: 1 }), 'Error: a value that is not an Error was thrown: object'],
    ['a revoked proxy', revoked(), 'Error: an unreadable value was thrown'],
    ['a proxy that has every member', hasEverything(), 'Error: a value that is not an Error was thrown: object'],
  ])('describes %s', (_, thrown, text) => {
    expect(describeError(thrown)).toBe(text)
  })

  test('does not throw what a getter throws', () => {
    const error = Object.defineProperty(new Error(), 'message', {
      get: () => {
        throw new Error('from the getter')
      },
    })
    expect(describeError(error)).toBe('Error: an unreadable value was thrown')
  })
})

describe('the type of a thrown value', () => {
  class CardError extends Error {}
  test.each<[string, unknown, string]>([
    ['an error', new TypeError('no'), 'TypeError'],
    ['an error of lpipe', new FailButContinue('no'), 'FailButContinue'],
    ['an error of a class of its own', new CardError('no'), 'CardError'],
    ['the error of a service', Object.assign(new Error('no'), { name: 'AWS.SQS.Throttled' }), 'AWS.SQS.Throttled'],
    ['a name that is a sentence', Object.assign(new CardError('no'), { name: 'the card 4111 failed' }), 'CardError'],
    ['a name that is not a string', Object.assign(new Error('no'), { name: 7 }), 'Error'],
    ['a string', 'the card 4111 failed', 'string'],
    ['undefined', undefined, 'missing'],
    ['null', null, 'null'],
    ['a revoked proxy', revoked(), 'Error'],
  ])('%s', (_, thrown, type) => {
    expect(errorType(thrown)).toBe(type)
  })
})
