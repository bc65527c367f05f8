import { InvalidPayloadError, isObject, ownOf } from '@lpipe/core'
import { textIn } from './decode.ts'

/** What a CloudWatch Logs event may grow to: the service sends at most 6 MB, and a gzip may be a bomb. */
const maxBytes = 10 * 1024 * 1024

/**
 * The records of a subscription's event: of each log event the JSON object in its line, or, if its line is other text,
 * the log event itself: `{ id, timestamp, message }`.
 *
 * @throws InvalidPayloadError if the data is no gzip of such an event, or grows beyond 10 MiB
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
 */
export const readLogs = (base64: string): readonly unknown[] => {
  try {
    // At once: the event is all that there is to do, and in most Lambdas zlib is never loaded.
    const { gunzipSync } = process.getBuiltinModule('node:zlib')
    const text = textIn(gunzipSync(Buffer.from(base64, 'base64'), { maxOutputLength: maxBytes })) ?? ''
    const { messageType, logEvents }: { messageType?: unknown; logEvents: readonly unknown[] } = JSON.parse(text)
    if (messageType === 'CONTROL_MESSAGE') return [] // CloudWatch tests whether it may send
    return logEvents.map((line) => objectIn(ownOf(line, 'message')) ?? line)
  } catch {
    // Without its cause: the parser's own words quote the text.
    throw new InvalidPayloadError(
      `batchDecoder: awslogs.data must be base64 of a gzip of JSON with logEvents, at most ${maxBytes} bytes`,
    )
  }
}

const objectIn = (text: unknown): unknown => {
  try {
    const value: unknown = typeof text === 'string' && JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
