import { describe, expect, test } from '@jest/globals'
import {
  FailButContinue,
  FailCatastrophically,
  InvalidConfigurationError,
  InvalidPathError,
  InvalidPayloadError,
  inWords,
  LpipeError,
  NotTried,
  validationError,
  verdictOf,
} from '@lpipe/core'

/** The one thing that nobody can look at: its traps are gone. */
const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

/** Answers whatever it is asked, as mocks do. */
const yesMan = (): object => new Proxy({}, { get: () => 'yes' })

describe('the kinds', () => {
  test.each([
    [FailButContinue, 'dropped'],
    [InvalidPathError, 'dropped'],
    [InvalidPayloadError, 'dropped'],
    [FailCatastrophically, 'failed'],
    [InvalidConfigurationError, 'failed'],
    [NotTried, 'failed'],
    [LpipeError, undefined],
    [Error, undefined],
  ])('%p means %p', (kind, verdict) => {
    const Kind = kind as new (message: string) => Error
    expect(verdictOf(new Kind('x'))).toBe(verdict)
    expect(verdictOf(new (class Mine extends Kind {})('x'))).toBe(verdict)
  })

  test.each([
    ['a text', 'x'],
    ['undefined', undefined],
    ['null', null],
    ['a number', 0],
    ['a function', () => undefined],
    ['a frozen object', Object.freeze({ outcome: 'failed' })],
    ['a revoked proxy', revoked()],
    ['a proxy that answers everything', yesMan()],
  ])('%s is of no kind', (_, thrown) => {
    expect(verdictOf(thrown)).toBeUndefined()
  })

  test('are Errors, with message, cause and stack', () => {
    const cause = new Error('deeper')
    const error = new FailCatastrophically('why', { cause })
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({ message: 'why', cause })
    expect(error.stack).toMatch(/^FailCatastrophically: why\n/)
  })
})

describe('the name', () => {
  test("is the class's, whichever class of ours", () => {
    for (const Kind of [LpipeError, FailButContinue, InvalidPathError, InvalidConfigurationError, NotTried]) {
      expect(new Kind('x').name).toBe(Kind.name)
    }
    expect(new InvalidPayloadError('x').name).toBe('InvalidPayloadError')
  })

  test("of a user's class is its own", () => {
    class OutOfStock extends FailButContinue {}
    expect(String(new OutOfStock('gone'))).toBe('OutOfStock: gone')
  })

  test('can be told to survive a minifier', () => {
    class a extends InvalidPayloadError {
      static override readonly name = 'OutOfStock'
    }
    expect(new a('gone').name).toBe('OutOfStock')
    class b extends a {}
    expect(new b('gone').name).toBe('b') // it names one class, for every class has a name of its own
  })

  test('can be set in a constructor, as many do', () => {
    class OutOfStock extends FailCatastrophically {
      constructor(message: string) {
        super(message)
        this.name = 'OUT_OF_STOCK'
      }
    }
    const error = new OutOfStock('gone')
    expect(error.name).toBe('OUT_OF_STOCK')
    expect(verdictOf(error)).toBe('failed')
    expect(new FailCatastrophically('x').name).toBe('FailCatastrophically')
  })

  test('can be set again by a class that extends one which sets it', () => {
    class Mine extends FailCatastrophically {
      constructor(message: string) {
        super(message)
        this.name = 'MINE'
      }
    }
    class Sold extends Mine {
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

describe('InvalidPayloadError', () => {
  test('carries what a schema found', () => {
    const issues = [{ message: 'too small', path: ['age'] }]
    const error = validationError('store', issues, { age: 1 })
    expect(error.issues).toBe(issues)
    expect(Object.keys(error)).toEqual([]) // loggers and Sentry print an error's own members
    expect(new InvalidPayloadError('x').issues).toEqual([])
  })
})

describe('inWords', () => {
  test.each([
    ['an error', new TypeError('no'), 'TypeError: no'],
    ['an error of ours', new InvalidPathError('no'), 'InvalidPathError: no'],
    ['an error without a name', Object.assign(new Error('no'), { name: '' }), 'Error: no'],
    ['an error whose name is no text', Object.assign(new Error('no'), { name: Symbol('x') }), 'Error: no'],
    ["another realm's error", { name: 'AccessDenied', message: 'no' }, 'AccessDenied: no'],
    ['a text', 'a secret', 'text was thrown, which is no Error'],
    ['undefined', undefined, 'nothing was thrown, which is no Error'],
    ['null', null, 'null was thrown, which is no Error'],
    ['a frozen object', Object.freeze({ code: 1 }), 'an object was thrown, which is no Error'],
    ['a revoked proxy', revoked(), 'something was thrown, which is unreadable'],
    ['a proxy that answers everything', yesMan(), 'yes: yes'],
  ])('tells of %s', (_, thrown, words) => {
    expect(inWords(thrown)).toBe(words)
  })

  test('a getter that throws is not let out', () => {
    const error = Object.defineProperty(new Error(), 'message', {
      get: () => {
        throw new Error('from the getter')
      },
    })
    expect(inWords(error)).toBe('something was thrown, which is unreadable')
  })
})
