import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { EventStreamParser } from '../src/api/event-stream.ts'

const readAll = (pieces: readonly string[]) => {
  const parser = new EventStreamParser()
  return pieces.flatMap((piece) => parser.read(piece))
}

test('events are read, comments are not', () => {
  expect(readAll([': alive\n\nevent: stats\ndata: {"a":1}\n\ndata: one\ndata: two\n\n'])).toEqual([
    { event: 'stats', data: '{"a":1}' },
    { event: 'message', data: 'one\ntwo' },
  ])
})

test('an event that is not complete waits', () => {
  expect(readAll(['event: stats\ndata: {}\n'])).toEqual([])
})

test('how a stream is cut into pieces changes nothing', () => {
  const event = fc.record({ event: fc.constantFrom('stats', 'flow'), data: fc.json() })
  fc.assert(
    fc.property(fc.array(event, { maxLength: 5 }), fc.array(fc.nat(200)), (events, cuts) => {
      const text = events.map(({ event, data }) => `event: ${event}\ndata: ${data}\n\n`).join('')
      const ends = [...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b), text.length]
      const pieces = ends.map((end, index) => text.slice(index === 0 ? 0 : ends[index - 1], end))
      expect(readAll(pieces)).toEqual(events)
    }),
  )
})
