import { inspect, isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import { holdsRounded, isKept, markRounded, parseJson } from '@lpipe/core/middleware'
import fc from 'fast-check'

/** Returns the number of significant digits of a JSON number: its digits without the zeros at the ends of its decimal value. */
const significantDigits = (text: string): number => {
  const [, whole = '', fraction = ''] = /^-?(\d+)\.?(\d*)/.exec(text) ?? []
  let digits = BigInt(whole + fraction)
  while (digits !== 0n && digits % 10n === 0n) digits /= 10n
  return digits === 0n ? 0 : `${digits}`.length
}

const digits = fc.stringMatching(/^(?:0|[1-9]\d{0,15})$/, { size: 'max' })
const fraction = fc.oneof(
  fc.stringMatching(/^\d{1,40}$/, { size: 'max' }),
  fc.tuple(fc.constantFrom('0', '9'), fc.nat(40), fc.nat(99)).map(([one, count, rest]) => one.repeat(count) + rest),
)
const exponent = fc.constantFrom('', '', 'e-5', 'E-12', 'e-030', 'e0', 'E+2', 'e5')

test('a number with more than 17 digits is rounded, unless it is read as one with up to 15, and none with fewer', () => {
  fc.assert(
    fc.property(fc.boolean(), digits, fraction, exponent, (isNegative, whole, part, power) => {
      const number = `${isNegative ? '-' : ''}${whole}.${part}${power}`
      // Beyond 2^53 it is refused, as `decode.test.ts` says.
      fc.pre(Math.abs(Number(number)) <= Number.MAX_SAFE_INTEGER)
      const isLong = significantDigits(number) > 17 && significantDigits(`${Number(number)}`) > 15
      const others = '"text":"0.1234567890123456789","list":[0.30000000000000004,1.50000000000000000000,7]'
      const body = parseJson(`{${others},"orders":[{"n": ${number}}]}`)
      expect(body).toHaveProperty('orders', [{ n: Number(number) }])
      expect(holdsRounded(body)).toBe(isLong)
      expect(isKept(Number(number), number)).toBe(!isLong)
    }),
    { numRuns: 5000 },
  )
})

test.each([
  '12345678901234567890e-5',
  '-1234567890123456789E-20',
  '0.12345678901234567890123',
  '1.00000000012345678901',
])('%s is rounded, at each place', (number) => {
  for (const text of [`[${number}]`, `[ ${number} ]`, `{"a":${number}}`, `[1,${number}]`, `{"a":[\n${number}]}`]) {
    expect([text, holdsRounded(parseJson(text))]).toEqual([text, true])
  }
})

test('all digits of a double that has up to 15 are that double', () => {
  for (const kept of ['19.98999999999999843681', '0.1000000000000000055511', '1.00000000000000000001']) {
    expect([kept, holdsRounded(parseJson(`[${kept}, 0.30000000000000004]`))]).toEqual([kept, false])
    expect([kept, isKept(Number(kept), kept)]).toEqual([kept, true])
  }
})

test('a number that is smaller than 2^-1022 has fewer digits', () => {
  expect(holdsRounded(parseJson('[1.2e-323]'))).toBe(true)
  expect(holdsRounded(parseJson('[1.2345678901234567e-310]'))).toBe(true)
  for (const kept of ['5e-324', '4.9E-324', '4.9406564584124654e-324', '2.2250738585072009e-308', '0.0', '-0e-400']) {
    expect([kept, holdsRounded(parseJson(`[${kept}]`))]).toEqual([kept, false])
  }
})

test('what any language writes for a double is kept', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (double) => {
      for (const text of [`${double}`, double.toPrecision(15), double.toPrecision(16), double.toPrecision(17)]) {
        fc.pre(Math.abs(Number(text)) <= Number.MAX_SAFE_INTEGER)
        expect([text, holdsRounded(parseJson(`{"n":${text}}`))]).toEqual([text, false])
      }
    }),
    { numRuns: 2000 },
  )
})

describe('the objects that hold a rounded number', () => {
  test('are those around it, and no others', () => {
    const body = parseJson('{"detail":{"list":[{"n":0.12345678901234567890},{"n":1}]},"other":{"n":0.5}}')
    const { detail, other } = body as { detail: { list: readonly unknown[] }; other: unknown }
    expect([body, detail, detail.list, detail.list[0]].map(holdsRounded)).toEqual([true, true, true, true])
    expect([detail.list[1], other, undefined, null, 0.5, 'a'].some(holdsRounded)).toBe(false)
  })

  test('are the whole body, if it is nested too deeply to look', () => {
    const depth = 100_000
    const body = parseJson(`{"list":${'['.repeat(depth)}${']'.repeat(depth)},"n":0.12345678901234567890}`)
    expect(body).toHaveProperty('n', 0.12345678901234568)
    expect(holdsRounded(body)).toBe(true)
  })

  test('are also those that a source marks', () => {
    const value = {}
    markRounded(value)
    markRounded(value)
    expect([value, {}].map(holdsRounded)).toEqual([true, false])
  })

  test('are objects like any other', () => {
    const body = parseJson('{"list":[{"n":0.12345678901234567890}]}') as { readonly list: readonly object[] }
    const same = { list: [{ n: 0.12345678901234568 }] }
    expect(body).toStrictEqual(same)
    expect(isDeepStrictEqual(body, same)).toBe(true)
    expect(inspect(body, { depth: null })).toBe(inspect(same, { depth: null }))
    for (const copy of [{ ...body }, structuredClone(body), JSON.parse(JSON.stringify(body)), body.list.slice()]) {
      expect(holdsRounded(copy)).toBe(false)
    }
  })
})

test.each(['1'.repeat(1_000_000), '0.0'.repeat(300_000), `0.${'0'.repeat(1_000_000)}1`, '1.'.repeat(500_000)])(
  'a million digits in a text are searched in linear time',
  (digits) => {
    const start = performance.now()
    expect(holdsRounded(parseJson(`{"text":"${digits}","list":[123456789012.5,0.12345]}`))).toBe(false)
    expect(performance.now() - start).toBeLessThan(10_000)
  },
)
