import { describe, expect, test } from '@jest/globals'
import { validationError } from '@lpipe/core/middleware'

describe('validationError()', () => {
  test('names five issues and counts the others; all are kept', () => {
    const issues = Array.from({ length: 7 }, (_, index) => ({ message: 'no', path: [`p${index}`] }))
    const error = validationError('store', issues, { p0: 1 })
    expect(error.message).toBe(
      'store: *: not accepted, received number; p1: not accepted, received missing; p2: not accepted, received missing; p3: not accepted, received missing; p4: not accepted, received missing; and 2 more',
    )
    expect(error.issues).toBe(issues)
  })

  test('says so if the schema names no issue', () => {
    expect(validationError('store', [], {}, ' (path A)').message).toBe('store: kwargs not accepted (path A)')
  })

  test('reads paths whose parts are objects, and symbols', () => {
    const path = [{ key: 'a' }, 0, Symbol('s')]
    expect(validationError('store', [{ message: '', path }], { a: [1] }).message).toBe(
      'store: *.0.Symbol(s): not accepted, received missing',
    )
  })

  test('stays short, whatever names a message chose', () => {
    const key = 'k'.repeat(1_000_000)
    const path = Array.from({ length: 1000 }, () => key)
    expect(validationError('store', [{ message: '', path }], {}).message.length).toBeLessThan(200)
  })
})
