import { type EventSource, InvalidPayloadError } from '@lpipe/core'
import {
  checkOptions,
  getOwn,
  holdsRounded,
  invalidConfiguration,
  isObject,
  markRounded,
  nonEmptyString,
  pathFrom,
  recordsFrom,
} from '@lpipe/core/middleware'
import type { DynamoDBRecord } from 'aws-lambda'
import { imageOf, keysOf, type WrapNumbers } from './image.ts'

export type { WrapNumbers } from './image.ts'

/** A change of an item: the body of a message. */
export interface Change {
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE'
  /** The primary key of the item. */
  readonly keys: Readonly<Record<string, unknown>>
  /** The item after the change. Missing for a REMOVE, and if the stream's view type leaves it out. */
  readonly newImage?: Readonly<Record<string, unknown>>
  /** The item before the change. Missing for an INSERT, and if the stream's view type leaves it out. */
  readonly oldImage?: Readonly<Record<string, unknown>>
  /** Whether DynamoDB deleted the item because its time to live was over. False in a replica of a global table. */
  readonly isTtlDelete: boolean
}

/** Options of `dynamodbStreams()`. */
export interface DynamodbStreamsOptions {
  /**
   * The path of a change: `'eventName'` for `INSERT`, `MODIFY` and `REMOVE`, or a function of the record. The kwargs are the
   * change. Default: none, for `call` and `defaultPath`.
   */
  readonly path?: 'eventName' | ((record: DynamoDBRecord) => string)
  /**
   * What becomes of a number: `true` for the `NumberValue` of `@aws-sdk/util-dynamodb`, or a function of its digits, for
   * example `String`. Default: a number, or for an integer beyond 2^53 a bigint. A fraction becomes the nearest
   * double; if it has more than 17 digits and the double more than 15, a warning is logged.
   */
  readonly wrapNumbers?: WrapNumbers
}

/** DynamoDB's own name in `userIdentity`. @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html */
const isTtlDelete = (record: unknown): boolean => {
  const identity = getOwn(record, 'userIdentity')
  return (
    getOwn(record, 'eventName') === 'REMOVE' &&
    getOwn(identity, 'type') === 'Service' &&
    getOwn(identity, 'principalId') === 'dynamodb.amazonaws.com'
  )
}

const eventIdOf = (record: unknown): string | undefined => nonEmptyString(getOwn(record, 'eventID'))

const eventNames: readonly unknown[] = ['INSERT', 'MODIFY', 'REMOVE']

/** Whether keys are plain values: those of DynamoDB are objects such as `{ S: 'a' }`. */
const isUnmarshalled = (keys: unknown): boolean =>
  isObject(keys) && Object.keys(keys).length > 0 && Object.values(keys).every((key) => !isPlainObject(key))

const isPlainObject = (value: unknown): boolean => isObject(value) && Object.getPrototypeOf(value) === Object.prototype

/** @throws InvalidPayloadError that does not quote the item */
const changeOf = (record: unknown, wrapNumbers: WrapNumbers | undefined): Change => {
  const eventName = getOwn(record, 'eventName')
  if (!eventNames.includes(eventName)) {
    throw new InvalidPayloadError('its `eventName` must be INSERT, MODIFY or REMOVE')
  }
  const change = getOwn(record, 'dynamodb')
  if (isUnmarshalled(getOwn(change, 'Keys'))) {
    invalidConfiguration(
      'dynamodbStreams: a middleware in front has unmarshalled the record, so that its numbers may have changed. Remove it; ' +
        '@middy/event-normalizer does so',
    )
  }
  const newImage = imageOf(change, 'NewImage', wrapNumbers)
  const oldImage = imageOf(change, 'OldImage', wrapNumbers)
  const keys = keysOf(change, wrapNumbers)
  const body: Change = {
    eventName: eventName as Change['eventName'],
    keys,
    ...(newImage && { newImage }),
    ...(oldImage && { oldImage }),
    isTtlDelete: isTtlDelete(record),
  }
  if ([keys, newImage, oldImage].some(holdsRounded)) markRounded(body)
  return body
}

/**
 * DynamoDB Streams: a message is a change of an item, `{ eventName, keys, newImage, oldImage, isTtlDelete }`, as plain
 * values. Sets are arrays, and binary values stay base64 text, so that a change can be sent on as JSON. A batch comes from
 * one shard, whose records are in order.
 *
 * @throws InvalidConfigurationError for an option that is unknown or wrong
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
 * @example
 * middy().use(lpipe({ source: dynamodbStreams({ path: 'eventName' }), paths: { INSERT: [welcome], REMOVE: [cleanUp] } }))
 */
export const dynamodbStreams = (options: DynamodbStreamsOptions = {}): EventSource => {
  checkOptions('dynamodbStreams', options, {
    path: {
      expected: "'eventName' or a function",
      accepts: (value) => value === 'eventName' || typeof value === 'function',
    },
    wrapNumbers: {
      expected: 'a boolean or a function',
      accepts: (value) => typeof value === 'boolean' || typeof value === 'function',
    },
  })
  const { path, wrapNumbers } = options
  return {
    name: 'dynamodb',
    reports: 'first',
    telemetry: { system: 'aws.dynamodb', trigger: 'datasource' },
    recordsOf: (event) => recordsFrom(event, 'aws:dynamodb'),
    idOf: (record, isPiped) =>
      isPiped ? eventIdOf(record) : nonEmptyString(getOwn(getOwn(record, 'dynamodb'), 'SequenceNumber')),
    bodyOf: (record) => changeOf(record, wrapNumbers),
    ...(path && {
      pathOf: (record) =>
        path === 'eventName'
          ? nonEmptyString(getOwn(record, 'eventName'))
          : pathFrom('dynamodbStreams', path(record as DynamoDBRecord)),
    }),
    arnOf: (record) => nonEmptyString(getOwn(record, 'eventSourceARN')),
    // mutant: order-of-shard
    groupOf: () => '',
    senderGroupOf: () => undefined,
    // mutant: deduplication-key-of-stream-record
    deduplicationKeyOf: eventIdOf,
  }
}
