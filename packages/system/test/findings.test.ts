import { describe, expect, test } from '@jest/globals'
import { check, type Description } from '@lpipe/system'
import { described, lambda, object, sqs, to } from './descriptions.ts'

const reader = lambda('shipping', { SHIP: {} }, { reads: ['parcels'] })
const sender = (...queues: ReturnType<typeof to>[]) => lambda('orders', { ORDER: { queues } })
/** A reader whose action picks members. */
const picking = (...requires: string[]) => ({
  ...reader,
  paths: [
    { name: 'SHIP', payloads: [], actions: [{ functions: [{ name: 'ship' }], requires, paths: [], queues: [] }] },
  ],
})
const number = { type: 'number' }
const string = { type: 'string' }

const wrong: [code: string, severity: string, place: string, message: string, fix: string, description: Description][] =
  [
    [
      'unread-queue',
      'warning',
      'queues.parcels',
      'no function of the system reads sqs `parcels`, but `orders` sends to it. Its messages expire',
      'Name it as `source` of a function',
      described([sqs('parcels')], [sender(to('parcels', 'SHIP'))]),
    ],
    [
      'unread-queue',
      'warning',
      'streams.events',
      'no function of the system reads kinesis `events`. Its messages expire',
      'or remove it',
      described([{ type: 'kinesis', name: 'events', declared: true, shards: 1 }], []),
    ],
    [
      'undeclared-queue',
      'warning',
      'functions.orders',
      'sends to sqs `parcel`, which the system does not declare',
      'Add `queues.parcel` to the system, or correct the name in `queue()`',
      described([sqs('parcels'), sqs('parcel', { declared: false })], [sender(to('parcel', 'SHIP')), reader]),
    ],
    [
      'undeclared-queue',
      'info',
      'functions.orders',
      'sends to eventbridge `bus`. A system declares SQS queues, Kinesis streams and SNS topics',
      'Check its receivers yourself',
      described(
        [{ type: 'eventbridge', name: 'bus', declared: false }],
        [lambda('orders', { ORDER: { queues: [{ type: 'eventbridge', name: 'bus' }] } })],
      ),
    ],
    [
      'unknown-path',
      'error',
      'functions.orders',
      'queue `parcels` names path SHIPP, which `shipping` does not have (paths: SHIP). Its messages are dropped',
      'Add path SHIPP to `shipping`, or correct the `path` of the queue',
      described([sqs('parcels')], [sender(to('parcels', 'SHIPP')), reader]),
    ],
    [
      'unknown-path',
      'error',
      'functions.orders',
      'names path SHIP, which is not one of the `entries` of `shipping` (RETURN)',
      'Add SHIP to `entries` of `shipping`',
      described(
        [sqs('parcels')],
        [
          sender(to('parcels', 'SHIP')),
          lambda('shipping', { SHIP: {}, RETURN: {} }, { reads: ['parcels'], entries: ['RETURN'] }),
        ],
      ),
    ],
    [
      'unknown-path',
      'error',
      'functions.orders, path ORDER',
      '`order` returns a payload for path SHIPP, which `orders` does not have (paths: ORDER). Its message is dropped',
      'Add path SHIPP, or correct the payload',
      described(
        [],
        [
          {
            ...lambda('orders', { ORDER: {} }),
            paths: [{ name: 'ORDER', actions: [], payloads: [{ from: 'order', path: 'SHIPP' }] }],
          },
        ],
      ),
    ],
    [
      'ignored-path',
      'error',
      'functions.orders',
      'has path SHIP, so it sends { path, kwargs }; `shipping` has `defaultPath` or `call`',
      'Remove `path` from the queue',
      described(
        [sqs('parcels')],
        [sender(to('parcels', 'SHIP')), lambda('shipping', { SHIP: {} }, { reads: ['parcels'], defaultPath: 'SHIP' })],
      ),
    ],
    [
      'missing-path',
      'warning',
      'functions.orders',
      'queue `parcels` has no path, so it sends kwargs alone; `shipping` expects { path, kwargs }',
      'Set `path` of the queue to one of SHIP',
      described([sqs('parcels')], [sender(to('parcels')), reader]),
    ],
    [
      'contract',
      'error',
      'functions.orders',
      'what queue `parcels` promises does not fit `ship` on path SHIP of `shipping`: weight: may be string, expected number',
      'Change the `schema` of the queue, or the signature of `ship`',
      described(
        [sqs('parcels')],
        [
          sender(to('parcels', 'SHIP', object({ weight: string }))),
          lambda('shipping', { SHIP: { schema: object({ weight: number }) } }, { reads: ['parcels'] }),
        ],
      ),
    ],
    [
      'contract',
      'error',
      'functions.orders',
      'what queue `parcels` promises does not fit `requiredParams` on path SHIP of `shipping`: weight: is missing, but required',
      'Change the `schema` of the queue, or `requiredParams`',
      described([sqs('parcels')], [sender(to('parcels', 'SHIP', object({ id: string }))), picking('id', 'weight')]),
    ],
    [
      'visibility-timeout',
      'warning',
      'queues.parcels',
      'its visibility timeout is 30 s. AWS recommends six times the timeout of `shipping` (5 s) plus the batching window (2 s): 32 s',
      'Set `visibilityTimeout: 32`',
      described(
        [sqs('parcels')],
        [
          lambda(
            'shipping',
            { SHIP: {} },
            {
              timeout: 5,
              sources: [{ type: 'sqs', name: 'parcels', batchSize: 10, window: 2, reportBatchItemFailures: true }],
            },
          ),
        ],
      ),
    ],
    [
      'partial-failures',
      'error',
      'functions.shipping.source',
      'without `reportBatchItemFailures` Lambda takes every response of `shipping` for success, so that failed messages are lost',
      'Set `reportBatchItemFailures: true`',
      described(
        [sqs('parcels')],
        [
          lambda(
            'shipping',
            { SHIP: {} },
            { sources: [{ type: 'sqs', name: 'parcels', batchSize: 10, window: 0, reportBatchItemFailures: false }] },
          ),
        ],
      ),
    ],
    [
      'partial-failures',
      'error',
      'functions.shipping.source',
      "`partialFailures: 'delete'` of `shipping` cannot delete from kinesis `events`",
      'Set `reportBatchItemFailures: true`',
      described(
        [{ type: 'kinesis', name: 'events', declared: true, shards: 1 }],
        [
          lambda(
            'shipping',
            { SHIP: {} },
            {
              options: { partialFailures: 'delete' },
              sources: [{ type: 'kinesis', name: 'events', batchSize: 10, window: 0, reportBatchItemFailures: false }],
            },
          ),
        ],
      ),
    ],
    [
      'lost-order',
      'warning',
      'functions.orders',
      '`orders` is fed in order by FIFO queue `orders.fifo`, and sends to the standard queue `parcels`, which has no order',
      'use a FIFO queue: `parcels.fifo`',
      described(
        [sqs('orders.fifo'), sqs('parcels')],
        [lambda('orders', { ORDER: { queues: [to('parcels', 'SHIP')] } }, { reads: ['orders.fifo'] }), reader],
      ),
    ],
    [
      'no-dead-letter-queue',
      'info',
      'queues.plain',
      'it has no dead-letter queue: a message that always fails is received again until it expires',
      'Set `deadLetter: { queue, maxReceiveCount: 5 }`',
      described(
        [{ type: 'sqs', name: 'plain', declared: true, fifo: false, visibilityTimeout: 30 }],
        [lambda('shipping', { SHIP: {} }, { reads: ['plain'] })],
      ),
    ],
    [
      'dead-letter-queue',
      'error',
      'queues.parcels.deadLetter.queue',
      'the queue is its own dead-letter queue',
      'Name another queue',
      described([sqs('parcels', { deadLetter: { queue: 'parcels', maxReceiveCount: 1 } })], [reader]),
    ],
    [
      'dead-letter-queue',
      'error',
      'queues.parcels.deadLetter.queue',
      '`dead.fifo` must be a standard queue of this system, as `parcels` is',
      'Name another queue of the same kind',
      described([sqs('parcels', { deadLetter: { queue: 'dead.fifo', maxReceiveCount: 1 } })], [reader]),
    ],
    [
      'unknown-graph',
      'info',
      'functions.shipping',
      'its module made no graph with `lpipe()` or `pathRouter()` while it was imported',
      'let nothing but `load` import its module',
      described([sqs('parcels')], [lambda('shipping', {}, { reads: ['parcels'], known: false })]),
    ],
    [
      'cycle',
      'warning',
      'functions.orders',
      'messages can go round in a cycle: orders ORDER > sqs:orders > orders ORDER. Lambda stops a message after about 16 rounds through the same function (`RecursiveLoop: Terminate`, its default); lpipe fails it after `maxHops` (10) queues',
      "set `recursiveLoop: 'Allow'` of `orders`",
      described(
        [sqs('orders')],
        [lambda('orders', { ORDER: { queues: [to('orders', 'ORDER')] } }, { reads: ['orders'] })],
      ),
    ],
    [
      'cycle',
      'info',
      'functions.orders',
      "messages can go round in a cycle: orders ORDER > sqs:orders > orders ORDER. Lambda lets a message go round (`recursiveLoop: 'Allow'`); lpipe fails it after `maxHops` (40) queues",
      'End the cycle in the code',
      described(
        [sqs('orders')],
        [
          lambda(
            'orders',
            { ORDER: { queues: [to('orders', 'ORDER')] } },
            { reads: ['orders'], recursiveLoop: 'Allow', options: { maxHops: 40 } },
          ),
        ],
      ),
    ],
    [
      'cycle',
      'warning',
      'functions.orders',
      'orders ORDER > orders NEXT > sqs:parcels > shipping SHIP > sqs:orders > orders ORDER. Lambda stops a message after about 16 rounds through the same function (`RecursiveLoop: Terminate`, its default); lpipe fails it after `maxHops` (3) queues',
      "set `recursiveLoop: 'Allow'` of `shipping` (",
      described(
        [sqs('orders'), sqs('parcels')],
        [
          lambda(
            'orders',
            { ORDER: { paths: ['NEXT'] }, NEXT: { queues: [to('parcels', 'ship')] } },
            { reads: ['orders'], recursiveLoop: 'Allow' },
          ),
          lambda(
            'shipping',
            { SHIP: { queues: [to('orders', 'Path.ORDER')] } },
            { reads: ['parcels'], options: { maxHops: 3 } },
          ),
        ],
      ),
    ],
    [
      'maximum-concurrency',
      'warning',
      'functions.shipping.source',
      '`maximumConcurrency: 1` of queue `parcels` works on a laptop; Lambda refuses less than 2',
      'Leave it out',
      described(
        [sqs('parcels')],
        [{ ...reader, sources: reader.sources.map((source) => ({ ...source, concurrency: 1 })) }],
      ),
    ],
  ]

describe('a finding', () => {
  test.each(wrong)('%s, %s: %s', (code, severity, place, message, fix, description) => {
    expect(check(description)).toEqual([
      {
        severity,
        code,
        place,
        message: expect.stringContaining(message),
        fix: expect.stringContaining(fix),
      },
    ])
  })

  test('about a cycle is one, whatever ways lead round', () => {
    const both = { queues: [to('parcels', 'SHIP')] }
    const description = described(
      [sqs('orders'), sqs('parcels')],
      [
        lambda('orders', { ORDER: { paths: ['FAST', 'SLOW'] }, FAST: both, SLOW: both }, { reads: ['orders'] }),
        lambda('shipping', { SHIP: { queues: [to('orders', 'ORDER')] } }, { reads: ['parcels'] }),
      ],
    )
    expect(check(description).map(({ code }) => code)).toEqual(['cycle'])
  })

  test('that is severe comes first', () => {
    const description = described([sqs('parcels'), sqs('other')], [sender(to('parcels', 'NONE')), reader])
    expect(check(description).map(({ severity }) => severity)).toEqual(['error', 'warning'])
  })
})

const right: [what: string, description: Description][] = [
  [
    'a queue whose sender names a path in another case',
    described([sqs('parcels')], [sender(to('parcels', 'Path.ship')), reader]),
  ],
  [
    'a queue that feeds a path of its own Lambda which sends nothing',
    described(
      [sqs('orders')],
      [
        lambda(
          'orders',
          { ORDER: { queues: [to('orders', 'NEXT')] }, NEXT: {} },
          { reads: ['orders'], entries: ['ORDER', 'NEXT'] },
        ),
      ],
    ),
  ],
  [
    'kwargs alone for a Lambda with defaultPath',
    described(
      [sqs('parcels')],
      [sender(to('parcels')), lambda('shipping', { SHIP: {} }, { reads: ['parcels'], defaultPath: 'SHIP' })],
    ),
  ],
  [
    'order that goes on to a FIFO queue',
    described(
      [sqs('orders.fifo'), sqs('parcels.fifo')],
      [
        lambda('orders', { ORDER: { queues: [to('parcels.fifo', 'SHIP')] } }, { reads: ['orders.fifo'] }),
        lambda('shipping', { SHIP: {} }, { reads: ['parcels.fifo'] }),
      ],
    ),
  ],
  [
    "a queue without reports whose Lambda has partialFailures: 'delete'",
    described(
      [sqs('parcels')],
      [
        lambda(
          'shipping',
          { SHIP: {} },
          {
            options: { partialFailures: 'delete' },
            sources: [{ type: 'sqs', name: 'parcels', batchSize: 10, window: 0, reportBatchItemFailures: false }],
          },
        ),
      ],
    ),
  ],
  [
    'a contract that is narrower than the signature',
    described(
      [sqs('parcels')],
      [
        sender(to('parcels', 'SHIP', object({ weight: { type: 'integer' }, more: string }))),
        lambda(
          'shipping',
          { SHIP: { schema: object({ weight: number, note: string }, ['weight']) } },
          { reads: ['parcels'] },
        ),
      ],
    ),
  ],
  ['a cycle within a Lambda', described([], [lambda('orders', { ORDER: { paths: ['ORDER'] } })])],
]

test.each(right)('nothing is found about %s', (_, description) => {
  expect(check(description)).toEqual([])
})
