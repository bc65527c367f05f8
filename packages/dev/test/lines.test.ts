import { PassThrough } from 'node:stream'
import { expect, test } from '@jest/globals'
import { readLines } from '../src/lambdas/lines.ts'

const mebibyte = Buffer.alloc(1024 * 1024, 'x')

const linesOf = (chunks: readonly (string | Buffer)[], maxBytes?: number): string[] => {
  const lines: string[] = []
  const stream = new PassThrough()
  readLines(stream, (line) => lines.push(line), maxBytes)
  for (const chunk of chunks) stream.emit('data', Buffer.from(chunk))
  stream.emit('end')
  return lines
}

test('lines end where they end, not where a chunk does', () => {
  expect(linesOf(['on', 'e\ntwo\nth', 'ree'])).toEqual(['one', 'two', 'three'])
})

test('a long line keeps its beginning and its end, where a mark may be', () => {
  const chunks = ['beginning ', ...Array.from({ length: 600 }, () => mebibyte), ' e', 'nd', '\nnext\n']
  const [line = '', next] = linesOf(chunks, 4_000_000)
  expect(line).toMatch(/^beginning x/)
  expect(line).toMatch(/x end$/)
  expect(line.length).toBeLessThan(8_000_000)
  expect(next).toBe('next')
})
