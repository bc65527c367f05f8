import { afterEach, describe, expect, test } from '@jest/globals'
import { type LocalPipeline, localPipeline } from '@lpipe/local'
import type { KinesisStreamEvent, SQSEvent } from 'aws-lambda'
import { soon, textOf } from './helpers.ts'

let local: LocalPipeline
afterEach(() => local?.stop())

/** What passes a filter: the messages are sent to a queue and to a stream, and must pass both or none. */
const passing = async (patterns: readonly (string | object)[], messages: readonly unknown[]): Promise<unknown[]> => {
  const passed: Record<'queue' | 'stream', string[]> = { queue: [], stream: [] }
  const filtersOf = (property: string) =>
    patterns.map((pattern) => ({
      pattern: typeof pattern === 'string' ? `{"${property}":${pattern}}` : { [property]: pattern },
    }))
  local = await localPipeline({
    queues: { orders: {} },
    streams: { events: {} },
    functions: {
      queue: {
        handler: ({ Records }: SQSEvent) => void passed.queue.push(...Records.map(({ body }) => body)),
        source: { queue: 'orders', filterCriteria: { filters: filtersOf('body') } },
      },
      stream: {
        handler: ({ Records }: KinesisStreamEvent) => void passed.stream.push(...Records.map(textOf)),
        source: { stream: 'events', filterCriteria: { filters: filtersOf('data') } },
      },
    },
  })
  await local.send('orders', messages)
  await local.send('events', messages)
  await local.drained(soon)
  expect(passed.queue.toSorted()).toEqual(passed.stream.toSorted())
  const texts = messages.map((message) => (typeof message === 'string' ? message : JSON.stringify(message)))
  return messages.filter((_, index) => passed.queue.includes(texts[index] ?? ''))
}

const paid = { state: 'paid', total: 12, tags: ['new', 'vip'], to: { city: 'Oslo' } }
const open = { state: 'open', total: 3, tags: [], to: { city: 'Bergen' }, note: null }
const lost = { total: '12' }
const orders = [paid, open, lost, 'plain text']

const cases: [pattern: string | object, passed: readonly unknown[]][] = [
  [{ state: ['paid'] }, [paid]],
  ['{ "state": ["paid"] }', [paid]],
  [{ state: ['paid', 'open'] }, [paid, open]],
  [{ state: ['paid', 'open'], total: [3] }, [open]],
  [{ note: [null] }, [open]],
  [{ tags: ['vip'] }, [paid]],
  [{ to: { city: ['Oslo'] } }, [paid]],
  [{ to: { city: [{ prefix: 'B' }] } }, [open]],
  [{ to: { city: [{ suffix: 'lo' }] } }, [paid]],
  [{ state: [{ 'equals-ignore-case': 'PAID' }] }, [paid]],
  [{ state: [{ exists: true }] }, [paid, open]],
  [{ state: [{ exists: false }] }, [lost]], // an object as pattern requires JSON
  [{ to: [{ exists: true }] }, []], // only leaves exist
  [{ state: [{ 'anything-but': ['paid'] }] }, [open]],
  [{ total: [{ 'anything-but': 3 }] }, [paid, lost]],
  [{ total: [{ numeric: ['>', 3] }] }, [paid]],
  [{ total: [{ numeric: ['>=', 3, '<', 12] }] }, [open]],
  [{ total: [{ numeric: ['=', 12] }] }, [paid]],
  [{ $or: [{ state: ['paid'] }, { total: [3] }] }, [paid, open]],
  [['plain text'], ['plain text']],
  [['paid'], []], // a plain string as pattern requires a plain string
  [[{ prefix: 'plain' }], ['plain text']],
]

describe('filter criteria', () => {
  test.each(cases)('%j', async (pattern, passed) => {
    expect(await passing([pattern], orders)).toEqual(passed)
  })

  test('a record passes if one of the filters matches', async () => {
    expect(await passing([{ state: ['paid'] }, ['plain text']], orders)).toEqual([paid, 'plain text'])
  })

  test('without a filter everything passes', async () => {
    expect(await passing([], orders)).toEqual(orders)
  })

  test('a message that does not pass is deleted, and does not count in the statistics', async () => {
    await passing([{ state: ['paid'] }], orders)
    expect(await local.contents('orders')).toEqual([])
    expect(local.statistics()['queue']).toMatchObject({ received: 1, done: 1, returned: 0, discarded: 0 })
    expect(local.statistics()['stream']).toMatchObject({ received: 1, done: 1, returned: 0, discarded: 0 })
  })

  test('passed over between records that fail: the order stays, and nothing is delivered twice', async () => {
    const seen: string[] = []
    local = await localPipeline({
      streams: { events: {} },
      functions: {
        take: {
          handler: ({ Records }: KinesisStreamEvent) => {
            seen.push(Records.map(textOf).join(' '))
            return seen.length === 1
              ? { batchItemFailures: [{ itemIdentifier: Records[1]?.kinesis.sequenceNumber }] }
              : null
          },
          source: {
            stream: 'events',
            retryAfterSeconds: 0,
            filterCriteria: { filters: [{ pattern: { data: [{ prefix: 'x' }] } }] },
          },
        },
      },
    })
    await local.send('events', ['a', 'x0', 'b', 'x1', 'c', 'x2', 'd'])
    await local.drained(soon)
    expect(seen).toEqual(['x0 x1 x2', 'x1 x2'])
  })
})
