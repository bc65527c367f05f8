import { InvalidPayloadError } from '@lpipe/core'
import { getOwn, isObject, tryOr, utf8, withoutByteOrderMark } from '@lpipe/core/middleware'

/** Most bytes that the data may unpack to: the service sends at most 6 MB, and a gzip may be a bomb. */
const maxBytes = 10 * 1024 * 1024

/**
 * Returns the records of a CloudWatch Logs subscription: for each log event its line if that is the JSON text of an object,
 * otherwise the log event itself: `{ id, timestamp, message }`.
 *
 * @param isEnvelope whether an envelope opens the data: then they are one record
 * @throws InvalidPayloadError if the data is not a gzip of such an event, or unpacks to more than 10 MiB
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
 */
export const readLogEvents = (data: unknown, isEnvelope: (data: unknown) => boolean): readonly unknown[] => {
  const logs = unpacked(data)
  if (logs.messageType === 'CONTROL_MESSAGE') return [] // CloudWatch checks whether it may send
  return isEnvelope(logs) ? [logs] : logs.logEvents.map((event) => jsonLineOf(event) ?? event)
}

/** @param packed base64, or the object that a middleware in front has made of it */
const unpacked = (packed: unknown): { readonly messageType?: unknown; readonly logEvents: readonly unknown[] } => {
  const data = tryOr((): unknown => {
    if (typeof packed !== 'string') return packed
    // Synchronous, because there is nothing else to do. Most Lambdas never load zlib.
    const { gunzipSync } = process.getBuiltinModule('node:zlib')
    return JSON.parse(utf8(gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: maxBytes })) ?? '')
  }, undefined)
  if (isObject(data) && (Array.isArray(data['logEvents']) || data['messageType'] === 'CONTROL_MESSAGE'))
    return data as never
  // Without the cause, because the parser's message quotes the text.
  throw new InvalidPayloadError(
    `batchDecoder: \`awslogs.data\` must be base64 of a gzip of JSON with \`logEvents\`, at most ${maxBytes} bytes`,
  )
}

const jsonLineOf = (event: unknown): string | undefined => {
  const line = getOwn(event, 'message')
  if (typeof line !== 'string') return undefined
  return isObject(tryOr(() => JSON.parse(withoutByteOrderMark(line)), undefined)) ? line : undefined
}
