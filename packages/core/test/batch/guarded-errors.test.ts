import { expect, test } from '@jest/globals'
import { guardResponse } from '@lpipe/core/middleware'

test.each([
  ['another TypeError', new TypeError('x is not a function')],
  ['another error that names the member', new RangeError('earlyResponse')],
  ['a value that is not an error', 'text'],
])('an invocation that failed with %s keeps it', (_, error) => {
  const request = { response: undefined, error: error as unknown }
  guardResponse(request).fail()
  expect(request.error).toBe(error)
  const later = new RangeError('of a later hook')
  request.error = later
  expect(request.error).toBe(later)
})
