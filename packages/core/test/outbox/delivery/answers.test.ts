import { describe, expect, test } from '@jest/globals'
import { sendFailureFrom } from '../../../src/outbox/delivery/answers.ts'

describe('what a sender returns for an entry', () => {
  test('undefined means that it was accepted', () => {
    expect(sendFailureFrom(undefined)).toBeUndefined()
  })

  test('a failure is copied', () => {
    const failure = { code: 'Full', reason: 'no space', senderFault: true }
    expect(sendFailureFrom({ ...failure, body: 'a secret' })).toEqual(failure)
    expect(sendFailureFrom({ ...failure, retryAfterSeconds: 30 })).toEqual({ ...failure, retryAfterSeconds: 30 })
    expect(sendFailureFrom({ ...failure, retryAfterSeconds: 'soon' })).toEqual(failure)
  })

  test.each([false, 0, '', 'ok', {}, [], { senderFault: 'yes' }])('%p is a failure that may be retried', (answer) => {
    expect(sendFailureFrom(answer)).toEqual({ code: 'Unknown', reason: 'no reason given', senderFault: false })
  })

  test('null and an unreadable value are failures that may be retried', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const unreadable = { code: 'Unknown', reason: 'the sender returned an unreadable failure', senderFault: false }
    expect(sendFailureFrom(null)).toEqual(unreadable)
    expect(sendFailureFrom(proxy)).toEqual(unreadable)
    expect(sendFailureFrom({ code: Object.create(null) })).toEqual(unreadable)
  })
})
