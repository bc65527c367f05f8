import { describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError } from '@lpipe/core'
import { callFailureFrom } from '../../../src/outbox/delivery/call-failure.ts'

/** An error as the AWS SDK throws it. */
const ofService = (name: string, $fault: 'client' | 'server' = 'client', more: object = {}) =>
  Object.assign(new Error('a secret'), { name, $fault, ...more })

const named = (name: string, message = 'no') => Object.assign(new Error(message), { name })

describe('a call that failed', () => {
  test.each<[what: string, error: unknown, senderFault: boolean, mayBeOneEntry: boolean]>([
    ["by the client's fault is split", ofService('InvalidParameterValue'), true, true],
    ['because it was throttled is retried', ofService('ThrottlingException'), false, false],
    ['because of too much throughput is retried', ofService('ProvisionedThroughputExceededException'), false, false],
    ['because of too many requests is retried', ofService('TooManyRequestsException'), false, false],
    ['retryably, says the SDK, is retried', ofService('X', 'client', { $retryable: {} }), false, false],
    ["by the server's fault is retried", ofService('InternalFailure', 'server'), false, false],
    ['by a time-out is retried', named('TimeoutError'), false, false],
    ['by a lost connection is retried', Object.assign(new Error('no'), { code: 'ECONNRESET' }), false, false],
    ['by an error of the sender is retried', new TypeError('no'), false, false],
    ['because the queue does not exist is final', ofService('QueueDoesNotExist'), true, false],
    [
      'because the queue does not exist, in the older protocol, is final',
      ofService('AWS.SimpleQueueService.NonExistentQueue'),
      true,
      false,
    ],
    ['because the stream does not exist is final', ofService('ResourceNotFoundException'), true, false],
    ['because access is denied is final', ofService('AccessDeniedException'), true, false],
    ['because SNS denies access is final', ofService('AuthorizationErrorException'), true, false],
    ['because the topic does not exist is final', ofService('NotFoundException'), true, false],
    ['because the key is disabled is final', ofService('KMSDisabledException'), true, false],
    ['because the key is throttled is retried', ofService('KMSThrottlingException'), false, false],
    ['without credentials is final', named('CredentialsProviderError'), true, false],
    ['because the SSO session is over is final', named('TokenProviderError'), true, false],
    ['with empty credentials is final', new Error('Resolved credential object is not valid'), true, false],
    ['without a region is final', new Error('Region is missing'), true, false],
    [
      'with a text that is not a region is final',
      new Error('Region not accepted: region="eu west" is not a valid hostname component.'),
      true,
      false,
    ],
    [
      'with an endpoint that is not a URL is final',
      Object.assign(new TypeError('Invalid URL'), { code: 'ERR_INVALID_URL' }),
      true,
      false,
    ],
    ['because the SDK is missing is final', new InvalidConfigurationError('install it'), true, false],
    [
      'because the SDK is missing, says another copy of the core, is final',
      Object.defineProperty(new Error('install it'), Symbol.for('@lpipe/core:kind'), { value: 'configuration' }),
      true,
      false,
    ],
    ['with a value that is not an Error is retried', 'a secret', false, false],
    ['with undefined is retried', undefined, false, false],
  ])('%s', (_, error, senderFault, mayBeOneEntry) => {
    expect(callFailureFrom(error)).toMatchObject({ senderFault, mayBeOneEntry, isTooLarge: false })
  })

  test("does not quote a service's text, which may quote an entry", () => {
    expect(callFailureFrom(ofService('InvalidParameterValue'))).toMatchObject({
      code: 'InvalidParameterValue',
      reason: 'the service refused the call',
    })
    expect(JSON.stringify(callFailureFrom('a secret'))).not.toContain('secret')
  })

  test('quotes the text of an error on this side, cut', () => {
    expect(callFailureFrom(named('TimeoutError', 'x'.repeat(1000)))).toMatchObject({
      code: 'TimeoutError',
      reason: 'x'.repeat(500),
    })
    expect(callFailureFrom(Object.assign(new Error('no'), { code: 'ECONNRESET' })).code).toBe('ECONNRESET')
    expect(callFailureFrom(Object.assign(named('TimeoutError'), { code: 'ECONNRESET' })).code).toBe('TimeoutError')
    expect(callFailureFrom(new Error('no')).code).toBe('Error')
  })

  test('names the code of a connection that no address of the host accepts: Node gives it no text', () => {
    const error = Object.assign(new AggregateError([]), { code: 'ETIMEDOUT' })
    expect(callFailureFrom(error)).toMatchObject({ code: 'ETIMEDOUT', reason: 'no reason given', senderFault: false })
  })

  test('does not quote an answer that is not JSON, which may quote an entry', () => {
    let error: unknown
    try {
      JSON.parse('a secret')
    } catch (thrown) {
      error = thrown
    }
    expect(callFailureFrom(error)).toMatchObject({ code: 'SyntaxError', reason: 'its answer could not be read' })
  })

  test('keeps 200 characters of a code', () => {
    expect(callFailureFrom(named('KMS'.repeat(1000))).code).toHaveLength(200)
  })

  test.each(['BatchRequestTooLong', 'AWS.SimpleQueueService.BatchRequestTooLong', 'BatchRequestTooLongException'])(
    '%s is too large',
    (name) => {
      expect(callFailureFrom(ofService(name)).isTooLarge).toBe(true)
    },
  )

  test('with an unreadable value is retried', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    expect(callFailureFrom(proxy)).toMatchObject({
      code: 'Error',
      senderFault: false,
      mayBeOneEntry: false,
      isTooLarge: false,
    })
  })
})
