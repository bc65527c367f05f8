import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Message, Span } from '../../src/api/types.ts'
import { choices, filterOf, messageQuery } from '../src/messages/filter.ts'
import { labelledBreaks, timeScale } from '../src/messages/time-scale.ts'
import { waterfallRows } from '../src/messages/waterfall-rows.ts'

const message = (id: string, parentId?: string): Message => ({
  id,
  rootId: 'a',
  ...(parentId === undefined ? {} : { parentId }),
  queue: 'sqs:orders',
  state: 'succeeded',
  sentAt: 0,
  deliveries: 1,
  sent: 0,
  preview: '',
  bytes: 0,
  body: { text: '{}', json: true, bytes: 2, cut: false },
  attributes: {},
})
const span = (id: string, startedAt: number, endedAt: number | undefined, more: Partial<Span> = {}): Span => ({
  id,
  messageId: 'a',
  kind: 'function',
  name: id,
  startedAt,
  ...(endedAt === undefined ? {} : { endedAt }),
  status: 'ok',
  delivery: 1,
  ...more,
})

describe('the lines of the waterfall', () => {
  const namesOf = (messages: readonly Message[], spans: readonly Span[]): readonly string[] =>
    waterfallRows({ messages: [...messages], spans: [...spans] }).map((row) =>
      row.type === 'message' ? `${row.depth} message ${row.message.id}` : `${row.depth} ${row.span.id}`,
    )

  test('each message is followed by its spans, then by the messages that it sent', () => {
    const spans = [
      span('wait', 0, 1),
      span('invocation', 1, 9),
      span('path', 2, 8, { parentId: 'invocation' }),
      span('function', 3, 4, { parentId: 'path' }),
      span('other', 10, 11, { messageId: 'b' }),
    ]
    expect(namesOf([message('a'), message('b', 'a')], spans)).toEqual([
      '0 message a',
      '1 wait',
      '1 invocation',
      '2 path',
      '3 function',
      '1 message b',
      '2 other',
    ])
  })

  test('what has a parent that is not kept any more is shown at the top', () => {
    expect(namesOf([message('b', 'gone')], [span('x', 0, 1, { messageId: 'b', parentId: 'gone' })])).toEqual([
      '0 message b',
      '1 x',
    ])
  })
})

describe('the scale of the waterfall', () => {
  const spans = [span('wait', 0, 30_000, { kind: 'wait' }), span('work', 30_000, 30_010), span('more', 30_010, 30_020)]

  test('in proportion, work after a long wait cannot be seen', () => {
    const scale = timeScale(spans, 0, false)
    expect(scale.at(30_010) - scale.at(30_000)).toBeLessThan(0.001)
    expect(scale.breaks).toEqual([])
  })

  test('with waits shortened, work has most of the axis, and the break says how long it was', () => {
    const scale = timeScale(spans, 0, true)
    expect(scale.at(30_010) - scale.at(30_000)).toBeGreaterThan(0.4)
    expect(scale.breaks).toEqual([{ from: 0, to: expect.closeTo(0.06), millis: 30_000 }])
  })

  test('later is never left of earlier, and all is on the axis', () => {
    const times = fc.record({
      start: fc.nat(100_000),
      length: fc.nat(100_000),
      kind: fc.constantFrom('wait' as const, 'function' as const, 'retry' as const),
    })
    fc.assert(
      fc.property(fc.array(times, { minLength: 1 }), fc.boolean(), (list, shorten) => {
        const scale = timeScale(
          list.map(({ start, length, kind }, index) => span(String(index), start, start + length, { kind })),
          0,
          shorten,
        )
        const ends = list.flatMap(({ start, length }) => [start, start + length]).sort((a, b) => a - b)
        const places = ends.map((time) => scale.at(time))
        places.forEach((place, index) => {
          expect(place).toBeGreaterThanOrEqual(index === 0 ? 0 : (places[index - 1] as number) - 1e-9)
          expect(place).toBeLessThanOrEqual(1)
        })
      }),
    )
  })

  test('a span that still runs ends now', () => {
    expect(timeScale([span('a', 0, undefined)], 50, true)).toMatchObject({ start: 0, end: 50 })
  })

  test('a break whose label would cover the one before has none', () => {
    const breaks = [0.1, 0.2, 0.26, 0.5].map((from) => ({ from, to: from + 0.06, millis: 1 }))
    expect(labelledBreaks(breaks).map(({ hasLabel }) => hasLabel)).toEqual([true, false, true, true])
  })

  test('without spans there is no axis', () => {
    expect(timeScale([], 0, true).at(5)).toBe(0)
  })
})

describe('the filter of the list', () => {
  test('is read from the address, without unknown and empty members', () => {
    expect(filterOf({ path: 'ORDER', text: '', evil: 'x', state: 'failed' })).toEqual({
      path: 'ORDER',
      state: 'failed',
    })
  })

  test('becomes the query of the API', () => {
    expect(messageQuery({ path: 'ORDER', roots: 'true' }, 100)).toEqual({ path: 'ORDER', roots: 'true', limit: 100 })
    expect(messageQuery({ roots: 'yes' }, 100)).toEqual({ limit: 100 })
  })

  test('offers each name once, in order', () => {
    const node = (kind: 'path' | 'function' | 'stream' | 'lambda', name: string) => ({
      id: `${kind}:${name}`,
      kind,
      name,
      details: [],
    })
    const nodes = [
      node('path', 'SHIP'),
      node('path', 'ORDER'),
      { ...node('path', 'SHIP'), id: 'other' },
      node('stream', 'audit'),
    ]
    expect(choices({ generation: 1, title: '', complete: true, nodes, edges: [] })).toEqual({
      lambda: [],
      path: ['ORDER', 'SHIP'],
      function: [],
      queue: ['audit'],
    })
  })
})
