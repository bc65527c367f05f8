import { refuseMessage } from '../language/errors.ts'
import { getOwn, isObject, tryOr } from '../values.ts'
import { bytesOf, utf8 } from './decode.ts'

/**
 * Returns why a body that is not a message is probably one in an envelope, and the fix. Called only if a message cannot be
 * decoded or normalized, or if its kwargs are refused.
 *
 * @param content a text, a Buffer, or a decoded value
 */
export const envelopeHint = (content: unknown): string | undefined => {
  const found = tryOr(() => envelopeIn(content), undefined)
  if (found === undefined) return undefined
  const [what, envelope, otherwise = ''] = found
  if (envelope === undefined) return `it looks like ${what}; ${otherwise}`
  return `it looks like ${what}; set \`envelopes: [${envelope}()]\` with @lpipe/envelopes${otherwise}`
}

/**
 * Returns if a content does not look like an envelope.
 *
 * @param what what the content is, for the error text
 * @throws InvalidConfigurationError, which keeps the message on its queue, with the option that opens the envelope
 */
export const refuseEnvelope = (what: string, content: unknown): void => {
  const hint = envelopeHint(content)
  if (hint !== undefined) refuseMessage(`${what}: ${hint}`)
}

type Found = readonly [what: string, envelope: string | undefined, otherwise?: string]

const envelopeIn = (content: unknown): Found | undefined => {
  if (Buffer.isBuffer(content)) return envelopeInBytes(content) ?? envelopeInText(utf8(content) ?? '')
  if (typeof content === 'string') return envelopeInText(content)
  // The extended client libraries: https://github.com/awslabs/amazon-sqs-java-extended-client-lib
  if (Array.isArray(content)) return typeof getOwn(content[1], 's3Key') === 'string' ? claimCheck : undefined
  const hasTexts = (...names: readonly string[]): boolean =>
    names.every((name) => typeof getOwn(content, name) === 'string')
  // The library of .NET writes the pointer without the name of its class.
  if (hasTexts('s3BucketName', 's3Key') || hasTexts('S3BucketName', 'S3Key')) return claimCheck
  if (hasTexts('Type', 'TopicArn') && getOwn(content, 'Message') !== undefined)
    return ['an SNS notification', 'sns', ', or enable raw message delivery']
  if (hasTexts('detail-type', 'source') && getOwn(content, 'detail') !== undefined)
    return ['an EventBridge event', 'eventBridge']
  // Also the event of a Lambda in its dead-letter queue.
  const hasLogs = hasTexts('messageType') && Array.isArray(getOwn(content, 'logEvents'))
  if (hasLogs || typeof getOwn(getOwn(content, 'awslogs'), 'data') === 'string') {
    return ['a CloudWatch Logs subscription', 'cloudWatchLogs']
  }
  const records = getOwn(content, 'Records')
  const hasRecords = (isOne: (record: unknown) => boolean): boolean =>
    Array.isArray(records) && records.length > 0 && records.every(isOne)
  if (hasRecords((one) => getOwn(one, 'eventSource') === 'aws:s3') || getOwn(content, 'Event') === 's3:TestEvent')
    return ['an S3 notification', 's3']
  if (hasRecords((one) => isObject(getOwn(one, 'Sns')))) return ['an SNS notification', 'sns']
  return isObject(getOwn(content, 'responseContext')) && isObject(getOwn(content, 'requestContext'))
    ? ['a record of a Lambda destination', undefined, notOpened]
    : undefined
}

const notOpened = 'lpipe does not open it. Write an envelope for it with defineEnvelope()'

const claimCheck: Found = [
  'a pointer of the extended client library to an object in S3 (claim check)',
  undefined,
  'lpipe does not load it. Load it in a middleware before lpipe, or send the message itself',
]

/** @throws anything for a text that is not base64 of JSON or of compressed data */
const envelopeInText = (text: string): Found | undefined => {
  const bytes = bytesOf(text.replace(/\s/g, ''))
  return envelopeInBytes(bytes) ?? (isObject(JSON.parse(utf8(bytes) ?? '')) ? ['base64', 'base64'] : undefined)
}

const envelopeInBytes = (bytes: Buffer): Found | undefined => {
  if (isAggregated(bytes)) return ['records that the KPL aggregated', 'kpl']
  return isCompressed(bytes) ? ['compressed data', 'compressed', ', or `[cloudWatchLogs()]` for its logs'] : undefined
}

/** Whether bytes begin as gzip or zlib data do, which no JSON text does. @see https://www.rfc-editor.org/rfc/rfc1950 */
export const isCompressed = (bytes: Buffer): boolean => {
  const [first, second = 0] = bytes
  return (first === 0x1f && second === 0x8b) || (first === 0x78 && [0x01, 0x5e, 0x9c, 0xda].includes(second))
}

/**
 * Whether the Kinesis Producer Library aggregated several records in one: a magic number, and an MD5 of the rest at the end.
 *
 * @see https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
 */
export const isAggregated = (bytes: Buffer): boolean => {
  if (bytes.length < 20 || bytes.readUInt32BE() !== 0xf3899ac2) return false
  const digest = process.getBuiltinModule('node:crypto').hash('md5', bytes.subarray(4, -16), 'hex')
  return digest === bytes.subarray(-16).toString('hex')
}
