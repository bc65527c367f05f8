import { InvalidPayloadError } from '@lpipe/core'
import { defineEnvelope, type Envelope } from '@lpipe/core/envelope'
import { checkOptions, type Enclosed, getOwn, isObject, tryOr } from '@lpipe/core/middleware'
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
      if (!isObject(body)) return undefined
      const { Records, detail } = body
      if (body['Event'] === 's3:TestEvent') return []
      if (Array.isArray(Records) && Records.length > 0 && Records.every(isOfS3)) {
        // Several are opened one by one, so that one that cannot be read does not harm the others.
        return Records.map((one) => (Records.length > 1 ? { body: { Records: [one] } } : enclosed(objectOfRecord(one))))
      }
      // Where `eventBridge()` comes first, it has opened the event, and the rest is in the headers.
      if (headers['source'] === 'aws.s3' && isDetail(body))
        return enclosed(objectOfDetail(headers['detail-type'], body))
      if (body['source'] === 'aws.s3' && isDetail(detail))
        return enclosed(objectOfDetail(body['detail-type'], detail, body['time']))
      return undefined
    },
  })
}

type Members = Readonly<Record<string, unknown>>

/** A member that is not an object is one without members. */
const membersOf = (value: unknown): Members => Object(value)

const isOfS3 = (record: unknown): record is Members => getOwn(record, 'eventSource') === 'aws:s3'

const isDetail = (detail: unknown): detail is Members => membersOf(membersOf(detail)['object'])['key'] !== undefined

/** In a notification the key is encoded as in a form: `red+flower.jpg`. */
const objectOfRecord = ({ eventName, eventTime, s3 }: Members): S3Object => {
  const { bucket, object } = membersOf(s3)
  const members = membersOf(object)
  // It throws for a key that is not a string too.
  const key = tryOr(() => decodeURIComponent((members['key'] as string).replaceAll('+', ' ')), undefined)
  return objectOf({ ...members, eventName, bucket, key, eventTime })
}

/** In an EventBridge event the key is not encoded. */
const objectOfDetail = (eventName: unknown, { bucket, object }: Members, eventTime?: unknown): S3Object => {
  const members = membersOf(object)
  const { etag: eTag, 'version-id': versionId } = members
  return objectOf({ ...members, eventName, bucket, eTag, versionId, eventTime })
}

/** @throws InvalidPayloadError if it does not say what happened to which object */
const objectOf = ({ eventName, bucket, key, size, eTag, versionId, sequencer, eventTime }: Members): S3Object => {
  const { name } = membersOf(bucket)
  if (!isText(eventName) || !isText(name) || !isText(key)) {
    throw new InvalidPayloadError('its S3 event name, bucket or key is not valid')
  }
  const found: { -readonly [K in keyof S3Object]: S3Object[K] } = { eventName, bucket: name, key }
  if (typeof size === 'number') found.size = size
  if (isText(eTag)) found.eTag = eTag
  if (isText(versionId)) found.versionId = versionId
  if (isText(sequencer)) found.sequencer = sequencer
  if (isText(eventTime)) found.eventTime = eventTime
  return found
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''
