import { expect, test } from '@jest/globals'
import { type LocalPipelineOptions, localPipeline, type QueueSource, type StreamSource } from '@lpipe/local'
import { soon } from './helpers.ts'

const handler = () => null
type Sources = QueueSource | StreamSource | readonly (QueueSource | StreamSource)[]

/** A pipeline whose function `take` has this source. */
const withSource = (source: Sources, more: Partial<LocalPipelineOptions> = {}): LocalPipelineOptions => ({
  queues: { orders: {}, 'o.fifo': {} },
  streams: { events: {} },
  functions: { take: { handler, source } },
  ...more,
})

const refused: [text: string, options: LocalPipelineOptions][] = [
  ['`options` has the unknown option `queue`; the options are queues, streams', { queue: {} } as never],
  ['`queues.orders` has the unknown option `visibility`', { queues: { orders: { visibility: 1 } as never } }],
  ['`queues.orders` must be an object, received null', { queues: { orders: null as never } }],
  ['`queues` must be an object, received array', { queues: [] as never }],
  [
    '`queues.orders.visibilityTimeout` must be an integer from 0 to 43200, received 43201',
    { queues: { orders: { visibilityTimeout: 43_201 } } },
  ],
  ['`queues.orders.delay` must be an integer from 0 to 900, received 901', { queues: { orders: { delay: 901 } } }],
  [
    '`queues.orders.attributes` has the unknown option `VisibilityTimeout`; the options are KmsDataKeyReusePeriodSeconds',
    { queues: { orders: { attributes: { VisibilityTimeout: '1' } } } },
  ],
  [
    '`queues.orders.attributes` has the unknown option `ContentBasedDeduplication`',
    { queues: { orders: { attributes: { ContentBasedDeduplication: 'true' } } } },
  ],
  [
    '`queues.orders.attributes.MaximumMessageSize` must be a string, received 2048',
    { queues: { orders: { attributes: { MaximumMessageSize: 2048 as never } } } },
  ],
  [
    "`queues['o.fifo'].attributes.FifoThroughputLimit` of perMessageGroupId requires `DeduplicationScope: 'messageGroup'`",
    { queues: { 'o.fifo': { attributes: { FifoThroughputLimit: 'perMessageGroupId' } } } },
  ],
  ['must have a name of 1 to 80 letters', { queues: { 'two words': {} } }],
  ['must have a name of 1 to 80 letters', { queues: { [`${'q'.repeat(76)}.fifo`]: {} } }],
  ['`streams.events` has the unknown option `shard`', { streams: { events: { shard: 1 } as never } }],
  ['`streams.events.shards` must be an integer from 1 to 10000, received 0', { streams: { events: { shards: 0 } } }],
  ['must have a name of 1 to 128 letters', { streams: { 'a/b': {} } }],
  ['`streams.same` and `queues.same` must have different names', { queues: { same: {} }, streams: { same: {} } }],
  ['`environment` must be a boolean, received "no"', { environment: 'no' as never }],
  ['`functions.take` has the unknown option `batchSize`', { functions: { take: { batchSize: 1 } as never } }],
  [
    "`functions['not this']` must have a name of 1 to 64 letters",
    { functions: { 'not this': { handler, source: [] } } },
  ],
  ['`functions.take.handler` must be a function, received missing', { functions: { take: { source: [] } as never } }],
  ['`functions.take.source` must be an object, received missing', { functions: { take: { handler } as never } }],
  ['`functions.take.source` must name one `queue`, `stream` or `topic`, received none', withSource({} as never)],
  [
    '`functions.take.source` must name one `queue`, `stream` or `topic`, received several',
    withSource({ queue: 'orders', stream: 'events' } as never),
  ],
  [
    '`functions.take.source` has the unknown option `bisectBatchOnFunctionError`',
    withSource({ queue: 'orders', bisectBatchOnFunctionError: true } as never),
  ],
  [
    '`functions.take.source.queue` must be one of `queues` (declared: orders, o.fifo), received "order"',
    withSource({ queue: 'order' }),
  ],
  [
    '`functions.take.source.stream` must be one of `streams` (declared: none), received "events"',
    withSource({ stream: 'events' }, { streams: {} }),
  ],
  [
    '`functions.take.source.onFailure` must be one of `queues` (declared: orders, o.fifo), received "dead"',
    withSource({ stream: 'events', onFailure: 'dead' }),
  ],
  [
    '`functions.take.source.onFailure` must be a standard queue, as Lambda requires; received "o.fifo"',
    withSource({ stream: 'events', onFailure: 'o.fifo' }),
  ],
  [
    '`queues.orders.deadLetter.queue` must be one of `queues` (declared: orders), received "dead"',
    { queues: { orders: { deadLetter: { queue: 'dead', maxReceiveCount: 1 } } } },
  ],
  [
    '`queues.orders.deadLetter.maxReceiveCount` must be an integer from 1 to 1000, received 0',
    { queues: { orders: { deadLetter: { queue: 'dead', maxReceiveCount: 0 } }, dead: {} } },
  ],
  [
    "`queues['o.fifo'].deadLetter.queue` must be a FIFO queue, as `queues['o.fifo']` is; received \"dead\"",
    { queues: { 'o.fifo': { deadLetter: { queue: 'dead', maxReceiveCount: 1 } }, dead: {} } },
  ],
  [
    '`queues.orders.deadLetter.queue` must be a standard queue, as `queues.orders` is; received "d.fifo"',
    { queues: { orders: { deadLetter: { queue: 'd.fifo', maxReceiveCount: 1 } }, 'd.fifo': {} } },
  ],
  [
    '`queues.orders.deadLetter.queue` must be another queue, received "orders"',
    { queues: { orders: { deadLetter: { queue: 'orders', maxReceiveCount: 1 } } } },
  ],
  [
    'the visibility timeout of queue `orders` (30 s) must not be shorter than the timeout of the function (60 s)',
    { queues: { orders: {} }, functions: { take: { handler, timeout: 60, source: { queue: 'orders' } } } },
  ],
  [
    '`functions.take.source.batchSize` above 10 requires `maximumBatchingWindowInSeconds` of at least 1, received 0',
    withSource({ queue: 'orders', batchSize: 11 }),
  ],
  [
    '`functions.take.source.batchSize` must be an integer from 1 to 10000, received 0',
    withSource({ queue: 'orders', batchSize: 0 }),
  ],
  [
    '`functions.take.source.retryAfterSeconds` must be an integer from 0 to 43200, received 0.5',
    withSource({ queue: 'orders', retryAfterSeconds: 0.5 }),
  ],
  [
    '`functions.take.timeout` must be a number from 0.001 to 900, received 1000',
    { queues: { orders: {} }, functions: { take: { handler, timeout: 1000, source: { queue: 'orders' } } } },
  ],
  [
    '`functions.take.source.maximumRetryAttempts` must be an integer from -1 to 10000, received Infinity',
    withSource({ stream: 'events', maximumRetryAttempts: Number.POSITIVE_INFINITY }),
  ],
  [
    '`functions.take.source.maximumRecordAgeInSeconds` must be an integer from 60 to 604800, received 59',
    withSource({ stream: 'events', maximumRecordAgeInSeconds: 59 }),
  ],
  [
    '`functions.take.source.parallelizationFactor` must be an integer from 1 to 10, received 11',
    withSource({ stream: 'events', parallelizationFactor: 11 }),
  ],
  [
    '`functions.take.source.reportBatchItemFailures` must be a boolean, received "yes"',
    withSource({ stream: 'events', reportBatchItemFailures: 'yes' as never }),
  ],
  [
    '`functions.take.source.batchSize` must be at most 10 for a FIFO queue, received 11',
    withSource({ queue: 'o.fifo', batchSize: 11, maximumBatchingWindowInSeconds: 1 }),
  ],
  [
    '`functions.take.source.maximumBatchingWindowInSeconds` must be 0 for a FIFO queue, received 1',
    withSource({ queue: 'o.fifo', maximumBatchingWindowInSeconds: 1 }),
  ],
  // Lambda answers ResourceConflictException: one event source mapping for each source and function.
  [
    '`functions.take.source[1]` must not name `queues.orders` again',
    withSource([{ queue: 'orders' }, { queue: 'orders', batchSize: 5 }]),
  ],
  [
    '`functions.take.source[2]` must not name `streams.events` again',
    withSource([{ stream: 'events' }, { queue: 'orders' }, { stream: 'events' }]),
  ],
  [
    "`functions.take.source[1]` must not name `queues['o.fifo']` again",
    withSource([{ queue: 'o.fifo' }, { queue: 'o.fifo' }]),
  ],
]

test.each(refused)('refused: %s', async (text, options) => {
  await expect(localPipeline(options)).rejects.toMatchObject({
    name: 'InvalidConfigurationError',
    message: expect.stringContaining(text),
  })
})

test('one source may invoke several functions', async () => {
  const seen: string[] = []
  const local = await localPipeline({
    streams: { events: {} },
    functions: {
      left: { handler: () => void seen.push('left'), source: { stream: 'events' } },
      right: { handler: () => void seen.push('right'), source: [{ stream: 'events' }] },
    },
  })
  await local.send('events', [1])
  await local.drained(soon)
  await local.stop()
  expect(seen.toSorted()).toEqual(['left', 'right'])
})

/** AWS answers `Invalid filter pattern definition.` */
const patterns: [pattern: unknown, problem: string][] = [
  ['null', 'must be an object, or the JSON of one'],
  ['"a string"', 'must be an object, or the JSON of one'],
  ['{', 'must be an object, or the JSON of one'],
  [null, 'must be an object, or the JSON of one'],
  [{ body: 'paid' }, 'must have an array of rules, or an object, for each property'],
  [{ body: { state: 'paid' } }, 'must have an array of rules, or an object, for each property'],
  [{ body: { state: [] } }, 'must not have an empty array of rules'],
  [{ body: {} }, 'must not have an empty object'],
  [{ body: { state: [{ regex: '.*' }] } }, 'has the unknown operator `regex`'],
  [{ body: { state: [{ toString: '.*' }] } }, 'has the unknown operator `toString`'],
  [{ body: { state: [{ prefix: 1 }] } }, 'has a wrong operand for `prefix`'],
  [{ body: { state: [{ numeric: ['~', 1] }] } }, 'has a wrong operand for `numeric`'],
  [{ body: { state: [{ numeric: ['>'] }] } }, 'has a wrong operand for `numeric`'],
  [{ body: { state: [{ prefix: 'a', suffix: 'b' }] } }, 'must have one operator in each rule'],
  [{ body: { state: [['paid']] } }, 'must not have an array in an array of rules'],
  [{ body: { $or: [{ state: ['paid'] }] } }, 'must have at least two alternatives in `$or`'],
  [{ messageId: ['a'] }, 'must only have the property `body`'],
  [{ body: { state: ['x'.repeat(4080)] } }, 'must have at most 4096 characters'],
]

test.each(patterns)('the filter pattern %j is refused', async (pattern, problem) => {
  const filterCriteria = { filters: [{ pattern: pattern as string }] }
  await expect(localPipeline(withSource({ queue: 'orders', filterCriteria }))).rejects.toMatchObject({
    name: 'InvalidConfigurationError',
    message: expect.stringContaining(`\`functions.take.source.filterCriteria.filters[0].pattern\` ${problem}`),
  })
})
