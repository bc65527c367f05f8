import { describe, expect, test } from '@jest/globals'
import { InvalidPayloadError } from '@lpipe/core'
import { bytesOf, parseJson, parseJsonBytes, recordsFrom } from '@lpipe/core/middleware'
import fc from 'fast-check'

describe('bytesOf', () => {
  test('any bytes come back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), (bytes) => {
        expect(Uint8Array.from(bytesOf(Buffer.from(bytes).toString('base64')))).toEqual(bytes)
      }),
    )
  })

  test('any text that is not base64 is refused', () => {
    const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/
    const text = fc.string({ unit: fc.constantFrom(...'AQz09+/=-_ \n!é'), maxLength: 12 })
    fc.assert(
      fc.property(text, (one) => {
        if (base64.test(one)) expect(bytesOf(one)).toBeInstanceOf(Buffer)
        else expect(() => bytesOf(one)).toThrow(InvalidPayloadError)
      }),
      { numRuns: 5000 },
    )
  })
})

/** Returns a number of a JSON text times 10^500, without rounding it. */
const scaled = (text: string): bigint => {
  const [, whole = '', fraction = '', exponent = '0'] = /^(-?\d+)\.?(\d*)(?:e(.+))?$/i.exec(text) ?? []
  return BigInt(whole + fraction) * 10n ** BigInt(500 + Number(exponent) - fraction.length)
}

test('numbers that JavaScript would change are found wherever they are', () => {
  const digits = fc.stringMatching(/^-?[1-9]\d{0,20}$/, { size: 'max' })
  const powers = ['', '.0', '.500', 'e0', '.25e1', 'E+3', '.5E400', 'e5', 'e290', 'E+309', 'e999', 'e-400']
  fc.assert(
    fc.property(digits, fc.constantFrom(...powers), (whole, power) => {
      const text = whole + power
      const value = Number(text)
      const isKept =
        (value !== 0 && Math.abs(value) <= Number.MAX_SAFE_INTEGER) ||
        (power !== '' && scaled(text) === scaled(`${value}`))
      const read = () => parseJson(`{"text":"e999","list":[${text}]}`)
      if (Number.isFinite(value) && isKept) expect(read()).toEqual({ text: 'e999', list: [value] })
      else expect(read).toThrow('it holds a number that JavaScript cannot represent. Send it as a string')
    }),
    { numRuns: 2000 },
  )
})

test.each([
  ['in the middle of a number', (zeros: string) => `1${zeros}1.0`],
  ['in the middle of a fraction', (zeros: string) => `1.${zeros}1e400`],
  ['in an exponent', (zeros: string) => `1e${zeros}400`],
  ['at the end of a number', (zeros: string) => `1${zeros}.0`],
])('a million zeros %s are read in linear time', (_, numberWith) => {
  const text = `[${numberWith('0'.repeat(1_000_000))}]`
  const start = performance.now()
  expect(() => parseJson(text)).toThrow('it holds a number that JavaScript cannot represent')
  expect(performance.now() - start).toBeLessThan(10_000)
})

test('parseJsonBytes reads UTF-8, and nothing else', () => {
  expect(parseJsonBytes(Buffer.from('{"a":"ü"}'))).toEqual({ a: 'ü' })
  expect(() => parseJsonBytes(Buffer.of(0xff))).toThrow(new InvalidPayloadError('its data must be UTF-8'))
})

test('recordsFrom takes the records of one service', () => {
  const Records = [{ eventSource: 'aws:x' }, { eventSource: 'aws:x' }]
  expect(recordsFrom({ Records }, 'aws:x')).toBe(Records)
  expect(recordsFrom(Records, 'aws:x')).toBe(Records)
  expect(recordsFrom([{}], 'aws:x')).toBeUndefined()
  expect(recordsFrom([{}], 'aws:x', true)).toEqual([{}])
  expect(recordsFrom({}, 'aws:x')).toBeUndefined()
  expect(() => recordsFrom({}, 'aws:x', true)).toThrow(InvalidPayloadError)
})
