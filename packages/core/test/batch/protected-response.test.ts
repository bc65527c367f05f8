import { describe, expect, test } from '@jest/globals'
import { guardResponse } from '@lpipe/core/middleware'

interface Guarded {
  response?: unknown
  error?: unknown
}

const guardedRequest = () => {
  const request: Guarded = { response: undefined, error: undefined }
  return { request, guard: guardResponse(request) }
}

describe('without its response or error an invocation would count as a success', () => {
  const response = { batchItemFailures: [{ itemIdentifier: 'a' }] }

  test('the response of a batch with failures cannot be removed or defined anew', () => {
    const { request, guard } = guardedRequest()
    guard.respond(response, true)
    expect(() => delete request.response).toThrow(TypeError)
    expect(() => Object.defineProperty(request, 'response', { value: 'success' })).toThrow(TypeError)
    expect(request.response).toBe(response)
  })

  test('the error of a failed invocation cannot be removed or defined anew', () => {
    const { request, guard } = guardedRequest()
    const error = new Error('of a middleware')
    request.error = error
    guard.fail()
    expect(() => delete request.error).toThrow(TypeError)
    expect(() => Object.defineProperty(request, 'error', { value: undefined })).toThrow(TypeError)
    expect(request.error).toBe(error)
    expect(() => Object.defineProperty(request, 'response', { value: 'success' })).toThrow(TypeError)
  })

  test('an invocation that fails after its response was set stays failed', () => {
    const { request, guard } = guardedRequest()
    guard.respond(response, true)
    const error = new Error('of a middleware')
    request.response = undefined // as middy does after an error
    request.error = error
    guard.fail()
    guard.fail()
    expect(request.response).toBeUndefined()
    expect(request.error).toBe(error)
  })
})
