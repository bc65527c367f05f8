import { describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError } from '@lpipe/core'
import { errorMessage, guardResponse } from '@lpipe/core/middleware'

interface Guarded {
  response: unknown
  error?: unknown
  earlyResponse?: unknown
}

/** A request as middy makes it. All combinations with middy itself are tested in lpipe-preset. */
const guardedRequest = () => {
  const request: Guarded = { response: undefined, error: undefined }
  return { request, guard: guardResponse(request) }
}

describe('the guard of request.response', () => {
  test('is one for a request', () => {
    const { request, guard } = guardedRequest()
    expect(guardResponse(request)).toBe(guard)
    expect(guardedRequest().guard).not.toBe(guard)
  })

  test("hands over the response of the user's handler", () => {
    const { request, guard } = guardedRequest()
    request.response = 'of the handler'
    expect(guard.handlerResponse()).toBe('of the handler')
    expect(request.response).toBe('of the handler')
  })

  test("returns lpipe's response", () => {
    const { request, guard } = guardedRequest()
    guard.respond({ batchItemFailures: [] }, false)
    expect(request.response).toEqual({ batchItemFailures: [] })
    expect(Object.keys(request)).toContain('response')
  })

  test("lets a response replace lpipe's if no message failed", () => {
    const { request, guard } = guardedRequest()
    guard.respond({ batchItemFailures: [] }, false)
    request.response = 'wrapped'
    expect(request.response).toBe('wrapped')
  })

  test("throws if a response replaces lpipe's although messages failed", () => {
    const { request, guard } = guardedRequest()
    const response = { batchItemFailures: [{ itemIdentifier: 'a' }] }
    guard.respond(response, true)
    request.response = response // the same one is harmless
    expect(() => {
      request.response = 'success'
    }).toThrow(InvalidConfigurationError)
  })

  test('makes middy throw if a hook ends the request early, and names the reason', () => {
    const { request, guard } = guardedRequest()
    try {
      request.earlyResponse = 'success'
    } catch (error) {
      request.error = error
    }
    guard.fail()
    expect(errorMessage(request.error)).toBe(
      'lpipe: another middleware set a response, so that failed or unprocessed messages would be deleted. ' +
        'A hook that returns a value ends the request: use braces, `after: (request) => { ... }`',
    )
  })

  test('ignores a response after an error', () => {
    const { request, guard } = guardedRequest()
    const error = new Error('of a middleware')
    guard.respond({ batchItemFailures: [] }, true)
    request.response = undefined // as middy does after an error
    request.error = error
    request.response = 'success'
    expect(request.response).toBeUndefined()
    guard.fail()
    request.response = 'success'
    expect(request.response).toBeUndefined()
    expect(() => {
      request.earlyResponse = 'success'
    }).toThrow(TypeError)
    request.error = new TypeError('Cannot add property earlyResponse, object is not extensible')
    expect(request.error).toBe(error)
  })
})

test('properties of a guarded request may be defined again, by a tool that wraps them', () => {
  const { request, guard } = guardedRequest()
  guard.respond({ batchItemFailures: [] }, false)
  for (const name of ['response', 'error']) {
    expect(() => Object.defineProperty(request, name, { value: 'wrapped' })).not.toThrow()
  }
})
