import { describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError, type QueueOptions, queue } from '@lpipe/core'
import type { SenderFactory } from '@lpipe/core/outbox'
import { queueEventBridge } from '@lpipe/queue-eventbridge'

const bus = (options: object) =>
  queue({
    type: 'eventbridge',
    sender: queueEventBridge as SenderFactory,
    name: 'shop',
    source: 'shop.orders',
    path: 'PLACED',
    ...options,
  } as QueueOptions as never)

describe('what EventBridge would refuse at each send is refused when the queue is made', () => {
  test.each<[what: string, options: object, says: string]>([
    ['no source', { source: undefined }, 'requires `source`'],
    ['an empty source', { source: '' }, '`source` must be a non-empty string'],
    ['a source of AWS', { source: 'aws.s3' }, "that does not begin with 'aws.'"],
    ['a source that is a number', { source: 7 }, '`source` must be a non-empty string'],
    ['an empty detail-type', { detailType: '' }, '`detailType` must be a non-empty string or a function'],
    ['a detail-type of 129 characters', { detailType: 'T'.repeat(129) }, 'must have at most 128 characters'],
    ['a path of 129 characters', { path: 'P'.repeat(129) }, 'must have at most 128 characters'],
    ['neither a detail-type nor a path', { path: undefined }, 'requires `detailType`, or `path`'],
    ['resources that are a string', { resources: 'arn:aws:s3:::orders' }, '`resources` must be an array of ARNs'],
    ['a resource that is a number', { resources: [7] }, '`resources` must be an array of ARNs'],
    ['an empty resource', { resources: ['arn:aws:s3:::orders', ''] }, '`resources` must be an array of ARNs'],
    ['a URL', { name: undefined, url: 'https://events.test' }, 'an event bus has no `url`'],
    ['a name with a space', { name: 'my shop' }, '`name` must be the name or the ARN of an event bus'],
    ['a name of 257 characters', { name: 'x'.repeat(257) }, '`name` must be the name or the ARN'],
  ])('%s', (_, options, says) => {
    expect(() => bus(options)).toThrow(InvalidConfigurationError)
    expect(() => bus(options)).toThrow(says)
  })

  test.each<[what: string, options: object]>([
    ['resources', { resources: ['arn:aws:s3:::orders', 'arn:aws:s3:::parcels'] }],
    ['no resources', { resources: [] }],
    ['a detail-type without a path', { path: undefined, detailType: 'T'.repeat(128) }],
    ['a detail-type that is computed', { detailType: () => 'T' }],
    ['a source that contains aws.', { source: 'my.aws.shop' }],
    ['an ARN', { name: 'arn:aws:events:eu-west-1:123456789012:event-bus/shop' }],
    ['the longest name', { name: 'x'.repeat(256) }],
  ])('%s: accepted', (_, options) => {
    expect(() => bus(options)).not.toThrow()
  })
})
