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

test('numbers that JavaScript would change are found wherever they are', () => {
  const digits = fc.stringMatching(/^-?[1-9]\d{0,20}$/)
  const exponent = fc.constantFrom('', '.5E400', 'e5', 'e308', 'E+309', 'e999', 'e-400')
  fc.assert(
    fc.property(digits, exponent, (whole, power) => {
      const value = Number(whole + power)
      const isExact = Number.isFinite(value) && (power !== '' || Number.isSafeInteger(value))
      const read = () => parseJson(`{"text":"e999","list":[${whole}${power}]}`)
      if (isExact) expect(read()).toEqual({ text: 'e999', list: [value] })
      else expect(read).toThrow('it holds a number that JavaScript cannot represent. Send it as a string')
    }),
    { numRuns: 1000 },
  )
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
