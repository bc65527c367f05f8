import { describe, expect, test } from '@jest/globals'
import { ExactNumber, parseExact } from '../src/components/exact-number.ts'
import { bytes, duration, rate, shortCount } from '../src/components/format.ts'
import { jsonProblem, prettyJson } from '../src/components/json-problem.ts'
import { linePath } from '../src/components/line-path.ts'
import { logMessageOf } from '../src/components/log-message.ts'
import { cutText, visibleText } from '../src/components/visible-text.ts'

describe('text of messages', () => {
  test.each([
    ['\u001b[31mred', '\\u001b[31mred'],
    ['a\u202eb', 'a\\u202eb'],
    ['\u2066x\u2069', '\\u2066x\\u2069'],
    ['\u0000', '\\u0000'],
    ['line\n\ttab', 'line\n\ttab'],
    ['Grüße, שלום, 🚀', 'Grüße, שלום, 🚀'],
  ])('%j is shown as %s', (text, shown) => {
    expect(visibleText(text)).toBe(shown)
  })

  test('a long text is cut', () => {
    expect(cutText('abcdef', 4)).toEqual({ shown: 'abcd', hidden: 2 })
    expect(cutText('abc', 4)).toEqual({ shown: 'abc', hidden: 0 })
  })
})

describe('numbers', () => {
  test.each([
    [duration, 0.04, '< 0.1 ms'],
    [duration, 0.42, '0.4 ms'],
    [duration, 12.3, '12 ms'],
    [duration, 1_234, '1.2 s'],
    [duration, 180_000, '3 min'],
    [duration, 7_200_000, '2 h'],
    [bytes, 120, '120 B'],
    [bytes, 4_200, '4.2 kB'],
    [shortCount, 999, '999'],
    [shortCount, 1_200, '1.2k'],
    [shortCount, 3_400_000, '3.4M'],
    [rate, 0.4, '0.4'],
    [rate, 0, '0'],
  ] as const)('%p %d: %s', (format, value, text) => {
    expect(format(value)).toBe(text)
  })
})

describe('numbers of JSON', () => {
  test.each(['12345678901234567890', '0.1000000000000000055', '-9007199254740993', '1e400'])(
    '%s is shown as it is written',
    (text) => {
      expect(parseExact(`{"id":[${text}]}`)).toEqual({ id: [new ExactNumber(text)] })
      expect(prettyJson(`{ "id": ${text} }`)).toBe(`{ "id": ${text} }`)
    },
  )

  test.each([
    ['9007199254740992', 9007199254740992],
    ['1e3', 1000],
    ['1.50', 1.5],
    ['1000000000000000000000', 1e21],
  ])('%s is a number', (text, value) => {
    expect(parseExact(`[${text}]`)).toEqual([value])
  })

  test('JSON that is too deep for more is parsed', () => {
    const deep = `${'['.repeat(20_000)}12345678901234567890${']'.repeat(20_000)}`
    expect(parseExact(deep)).toHaveLength(1)
  })
})

describe('JSON that a person writes', () => {
  test('the place of a mistake is named', () => {
    expect(jsonProblem('{"a": 1}')).toBeUndefined()
    expect(jsonProblem('{\n  "a": 1,\n}')).toBe('wrong character in line 3, column 1')
    expect(jsonProblem('')).toBe('it is empty')
  })

  test('is laid out, or left as it is', () => {
    expect(prettyJson('{"a":1}')).toBe('{\n  "a": 1\n}')
    expect(prettyJson('no json')).toBe('no json')
  })
})

describe('a line of a log', () => {
  test.each([
    ['plain', { message: 'plain', rest: undefined }],
    ['{"level":"info","message":"sent","count":3}', { message: 'sent', rest: { count: 3 } }],
    ['{"level":"info","message":"sent"}', { message: 'sent', rest: undefined }],
    ['{"msg":"sent","time":1}', { message: 'sent', rest: undefined }],
    ['{"count":3}', { message: '{"count":3}', rest: undefined }],
    ['{broken', { message: '{broken', rest: undefined }],
  ])('%s', (text, expected) => {
    expect(logMessageOf(text)).toEqual(expected)
  })
})

describe('a sparkline', () => {
  test('leads from the left edge to the right one, with the highest value at the top', () => {
    expect(linePath([0, 10, 5], 10, 100, 20)).toBe('M0 19L50 1L100 10')
  })

  test('one value is not a line', () => {
    expect(linePath([1], 10, 100, 20)).toBe('')
  })
})
