import { describe, expect, test } from '@jest/globals'
import { addHop, formatHops, type Hops, hopsHeader, readHops } from '@lpipe/core/outbox'

const none: Hops = { count: 0, queues: [] }
const read = (text: unknown) => readHops({ [hopsHeader]: text } as never)

test('the header keeps its name: Lambdas of other versions read it', () => {
  expect(hopsHeader).toBe('lpipe-trail')
})

describe('hops', () => {
  test('begin with none, and grow with each queue', () => {
    expect(readHops({})).toEqual(none)
    expect(readHops(undefined)).toEqual(none)
    expect(formatHops(addHop(addHop(none, 'sqs a'), 'kinesis b'))).toBe('2|sqs a|kinesis b')
  })

  test('are read as they were written', () => {
    let hops = none
    for (let count = 1; count <= 50; count += 1) {
      hops = addHop(hops, `sqs ${count}`)
      expect(read(formatHops(hops))).toEqual(hops)
    }
    expect(hops.count).toBe(50)
    expect(hops.queues).toHaveLength(6)
    expect(hops.queues.at(-1)).toBe('sqs 50')
  })

  test('are read as they were written if the queues have long and odd names', () => {
    let hops = none
    for (let count = 1; count <= 10; count += 1) {
      hops = addHop(hops, `sqs https://sqs.test/${'x'.repeat(500)}|${count}`)
      expect(read(formatHops(hops))).toEqual(hops)
      expect(formatHops(hops).length).toBeLessThanOrEqual(2000)
    }
  })

  test.each([
    '',
    'x',
    '0',
    '-1|sqs a',
    '1.5|sqs a',
    'Infinity',
    '1e3|a|b|c|d|e|f',
    '01|sqs a',
    '1000000|a|b|c|d|e|f',
    '9007199254740993|sqs a',
    '{}',
    7,
    null,
    ['1|sqs a'],
  ])('that lpipe cannot have written, %p, count as none', (text) => {
    expect(read(text)).toEqual(none)
  })

  test.each(['99', '99|sqs a', '1', '1|a|b', '100|a|b|c|d|e', '100|a|b|c|d|e|f|g', '2|a|', '2|a|\u0001', '2|a|é'])(
    'whose queues are not those that lpipe writes, %p, count as none',
    (text) => {
      expect(read(text)).toEqual(none)
    },
  )

  test('of a header that is too long count as none', () => {
    expect(read(`1|${'x'.repeat(2000)}`)).toEqual(none)
    expect(read(`1|${'x'.repeat(1_000_000)}`)).toEqual(none)
  })
})
