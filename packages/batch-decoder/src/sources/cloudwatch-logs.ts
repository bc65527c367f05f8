import { InvalidPayloadError } from '@lpipe/core'
import { getOwn, isObject, tryOr, utf8, withoutByteOrderMark } from '@lpipe/core/middleware'

/** Most bytes that the data may unpack to: the service sends at most 6 MB, and a gzip may be a bomb. */
const maxBytes = 10 * 1024 * 1024

/**
 * Returns the records of a CloudWatch Logs subscription: for each log event its line if that is the JSON text of an object,
 * otherwise the log event itself: `{ id, timestamp, message }`.
 *
 * @throws InvalidPayloadError if the data is not a gzip of such an event, or unpacks to more than 10 MiB
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
 */
export const readLogEvents = (base64: string): readonly unknown[] => {
  try {
    // Synchronous, because there is nothing else to do. Most Lambdas never load zlib.
    const { gunzipSync } = process.getBuiltinModule('node:zlib')
    const text = utf8(gunzipSync(Buffer.from(base64, 'base64'), { maxOutputLength: maxBytes })) ?? ''
    const { messageType, logEvents }: { messageType?: unknown; logEvents: readonly unknown[] } = JSON.parse(text)
    if (messageType === 'CONTROL_MESSAGE') return [] // CloudWatch checks whether it may send
    return logEvents.map((event) => jsonLineOf(event) ?? event)
  } catch {
    // Without the cause, because the parser's message quotes the text.
    throw new InvalidPayloadError(
      `batchDecoder: \`awslogs.data\` must be base64 of a gzip of JSON with \`logEvents\`, at most ${maxBytes} bytes`,
    )
  }
}

const jsonLineOf = (event: unknown): string | undefined => {
  const line = getOwn(event, 'message')
  if (typeof line !== 'string') return undefined
  return isObject(tryOr(() => JSON.parse(withoutByteOrderMark(line)), undefined)) ? line : undefined
}
