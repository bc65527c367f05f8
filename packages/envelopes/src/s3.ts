import { InvalidPayloadError } from '@lpipe/core'
import { defineEnvelope, type Envelope } from '@lpipe/core/envelope'
import { checkOptions, type Enclosed, getOwn, nonEmptyString, tryOr } from '@lpipe/core/middleware'
import { type PathFrom, pathOf, pathRule } from './path.ts'

/** An object of a notification: the body of a message. */
export interface S3Object {
  /** `ObjectCreated:Put` and so on; through EventBridge its `detail-type`, `Object Created` and so on. */
  readonly eventName: string
  readonly bucket: string
  /** The key, decoded: `red flower.jpg`. */
  readonly key: string
  /** Bytes. Missing if an object was deleted. */
  readonly size?: number
  readonly eTag?: string
  /** Missing unless the bucket has versions. */
  readonly versionId?: string
  /** Orders the events of one key: compare as hexadecimal numbers, the shorter one padded with zeros on its right. */
  readonly sequencer?: string
  /** When it happened, as ISO 8601 text in UTC. Through EventBridge missing if `eventBridge()` opens the event. */
  readonly eventTime?: string
}

/** Options of `s3()`. */
export interface S3Options {
  /** The path of an object, for example `({ eventName }) => eventName.split(':')[0]`. Default: none, for `call` and `defaultPath`. */
  readonly path?: PathFrom<S3Object>
}

/**
 * A notification of S3, in a queue, a topic, an EventBridge event, or as the event itself: a message for each object. A
 * `s3:TestEvent`, which S3 sends when notifications are set up, succeeds with nothing to do.
 *
 * @throws InvalidConfigurationError, when made, for an option that is unknown or wrong
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
 * @example
 * middy().use(lpipe({ envelopes: [s3()], call: ({ bucket, key }: S3Object) => makeThumbnail(bucket, key) }))
 */
export const s3 = (options: S3Options = {}): Envelope => {
  checkOptions('s3', options, { path: pathRule })
  const enclosed = (object: S3Object): Enclosed => ({ body: object, path: pathOf(options.path, object) })
  return defineEnvelope({
    name: 's3',
    opens: (body, _, headers) => {
      if (getOwn(body, 'Event') === 's3:TestEvent') return []
      const records = getOwn(body, 'Records')
      if (isNotification(records)) return records.map(objectOfRecord).map(enclosed)
      // Where `eventBridge()` comes first, it has opened the event, and the rest is in the headers.
      if (headers['source'] === 'aws.s3' && isDetail(body)) {
        return enclosed(objectOf(headers['detail-type'], body, undefined, undefined))
      }
      const detail = getOwn(body, 'detail')
      if (getOwn(body, 'source') !== 'aws.s3' || !isDetail(detail)) return undefined
      return enclosed(objectOf(getOwn(body, 'detail-type'), detail, undefined, getOwn(body, 'time')))
    },
  })
}

const isNotification = (records: unknown): records is readonly unknown[] =>
  Array.isArray(records) && records.length > 0 && records.every((record) => getOwn(record, 'eventSource') === 'aws:s3')

const isDetail = (detail: unknown): boolean => getOwn(getOwn(detail, 'object'), 'key') !== undefined

/** In a notification the key is encoded as in a form: `red+flower.jpg`. In an EventBridge event it is not. */
const objectOfRecord = (record: unknown): S3Object => {
  const content = getOwn(record, 's3')
  const encoded = getOwn(getOwn(content, 'object'), 'key')
  const key =
    typeof encoded === 'string' ? tryOr(() => decodeURIComponent(encoded.replaceAll('+', ' ')), undefined) : undefined
  return objectOf(getOwn(record, 'eventName'), content, key ?? '', getOwn(record, 'eventTime'))
}

const objectOf = (eventName: unknown, content: unknown, decodedKey: string | undefined, time: unknown): S3Object => {
  const object = getOwn(content, 'object')
  const bucket = nonEmptyString(getOwn(getOwn(content, 'bucket'), 'name'))
  const key = nonEmptyString(decodedKey ?? getOwn(object, 'key'))
  if (typeof eventName !== 'string' || bucket === undefined || key === undefined) {
    throw new InvalidPayloadError('it is an S3 notification without an event name, a bucket or a valid key')
  }
  const found: { -readonly [Name in keyof S3Object]: S3Object[Name] } = { eventName, bucket, key }
  const size = getOwn(object, 'size')
  if (typeof size === 'number') found.size = size
  const setText = (name: 'eTag' | 'versionId' | 'sequencer' | 'eventTime', value: unknown): void => {
    if (typeof value === 'string' && value !== '') found[name] = value
  }
  setText('eTag', getOwn(object, 'eTag') ?? getOwn(object, 'etag'))
  setText('versionId', getOwn(object, 'versionId') ?? getOwn(object, 'version-id'))
  setText('sequencer', getOwn(object, 'sequencer'))
  setText('eventTime', time)
  return found
}
