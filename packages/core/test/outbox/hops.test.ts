import { describe, expect, test } from '@jest/globals'
import { further, headerOf, headersName, makeMessage, refusalOf, textOfTrail, trailName, trailOf } from '@lpipe/core'

/** A message of this record and this body. */
const message = (record: unknown, body?: Record<string, unknown>) => {
  const made = makeMessage('sqs', record, 0, undefined, undefined)
  made.body = body
  return made
}

const withAttribute = (stringValue: unknown) => message({ messageAttributes: { [trailName]: { stringValue } } })

describe('a header', () => {
  test('travels as an SQS message attribute, or within the data of a Kinesis record', () => {
    expect(headerOf(withAttribute('1|sqs a'), trailName)).toBe('1|sqs a')
    expect(headerOf(message({}, { [headersName]: { [trailName]: '1|sqs a' } }), trailName)).toBe('1|sqs a')
  })

  test.each([null, 'x', {}, { messageAttributes: null }, { messageAttributes: { [trailName]: 'x' } }])(
    'is not found in %p',
    (record) => {
      expect(headerOf(message(record), trailName)).toBeUndefined()
      expect(headerOf(message({}, { [headersName]: record }), trailName)).toBeUndefined()
    },
  )

  test('is no member that every object has', () => {
    expect(headerOf(message({ messageAttributes: {} }, { [headersName]: {} }), 'constructor')).toBeUndefined()
  })
})

describe('a trail', () => {
  test('begins with nothing, and grows with each queue', () => {
    const start = trailOf(message({}))
    expect(start).toEqual({ hops: 0, through: [] })
    expect(textOfTrail(further(further(start, 'sqs a'), 'kinesis b'))).toBe('2|sqs a|kinesis b')
  })

  test('is read as it was written', () => {
    const trail = { hops: 3, through: ['sqs a', 'sqs b', 'sqs a'] }
    expect(trailOf(withAttribute(textOfTrail(trail)))).toEqual(trail)
  })

  test('names the last queues, and counts them all', () => {
    let trail = trailOf(message({}))
    for (let hop = 1; hop <= 50; hop += 1) trail = further(trail, `sqs ${hop}`)
    expect(trail.hops).toBe(50)
    expect(trail.through).toHaveLength(6)
    expect(trail.through.at(-1)).toBe('sqs 50')
  })

  test.each(['', 'x', '-1|sqs a', '1.5|sqs a', 'Infinity', '9007199254740993|sqs a', 7, null])(
    'that says %p was written by somebody else, and counts for none',
    (text) => {
      expect(trailOf(withAttribute(text))).toEqual({ hops: 0, through: [] })
    },
  )
})

describe('what the AWS SDK throws', () => {
  test.each([
    ["the client's fault is final", { name: 'QueueDoesNotExist', message: 'no', $fault: 'client' }, true],
    ['a throttled call may be tried again', { name: 'ThrottlingException', message: 'no', $fault: 'client' }, false],
    [
      'too much at once may be tried again',
      { name: 'ProvisionedThroughputExceededException', message: 'no', $fault: 'client' },
      false,
    ],
    [
      'what the SDK calls retryable may be tried again',
      { name: 'X', message: 'no', $fault: 'client', $retryable: {} },
      false,
    ],
    ["the server's fault may be tried again", { name: 'InternalError', message: 'no', $fault: 'server' }, false],
    ['what never came back may be tried again', Object.assign(new Error('no'), { name: 'TimeoutError' }), false],
  ])('%s', (_, error, senderFault) => {
    expect(refusalOf(error)).toEqual({ code: error.name, reason: 'no', senderFault })
  })

  test.each([undefined, null, 'x', 7])('%p is something that may be tried again', (thrown) => {
    expect(refusalOf(thrown)).toEqual({ code: 'Error', reason: 'the call failed', senderFault: false })
  })
})
