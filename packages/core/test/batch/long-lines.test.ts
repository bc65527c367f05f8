import { expect, jest, test } from '@jest/globals'
import { jsonLogger } from '@lpipe/core/middleware'

/** Returns the line that the default logger writes. */
const lineOf = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true)
  try {
    jsonLogger('request-1').info('long', fields)
    return JSON.parse(String(write.mock.calls[0]?.[0])) as Readonly<Record<string, unknown>>
  } finally {
    write.mockRestore()
  }
}

const nested = (levels: number): unknown => (levels === 0 ? 'x' : { a: nested(levels - 1) })

test('a line that is too long is cut to strings of 1,000 characters, 50 items and 8 levels', () => {
  const line = lineOf({ text: 'x'.repeat(1_000_000), list: Array(1000).fill('y'), deep: nested(20) })
  expect(line['text']).toBe(`${'x'.repeat(1000)}... (1000000 characters)`)
  expect(line['list']).toEqual(Array(50).fill('y'))
  expect(JSON.stringify(line['deep'])).toBe(`${'{"a":'.repeat(7)}"[nested too deeply]"${'}'.repeat(7)}`)
})

test('a line that is not too long is kept as it is', () => {
  const fields = { text: 'x'.repeat(10_000), list: Array(1000).fill('y'), deep: nested(20) }
  expect(lineOf(fields)).toMatchObject(fields)
})

test('a line of 256,000 bytes is kept, one of a byte more is cut', () => {
  const bytes = Buffer.byteLength(JSON.stringify(lineOf({ text: '' })))
  const text = 'x'.repeat(256_000 - bytes)
  expect(lineOf({ text })['text']).toBe(text)
  expect(lineOf({ text: `${text}x` })['text']).toMatch(/^x{1000}\.\.\. /)
})

test('a line that is still too long is its message and the place, and says so', () => {
  const line = lineOf({ list: Array(50).fill(Array(50).fill('x'.repeat(1000))) })
  expect(line).toEqual({
    timestamp: expect.any(String),
    level: 'INFO',
    requestId: 'request-1',
    message: 'long',
    truncated: 'the line was too long',
  })
})
