import { InvalidPayloadError, isObject, ownOf } from '@lpipe/core'
import { textIn } from './decode.ts'

/** What a CloudWatch Logs event may grow to: the service sends at most 6 MB, and a gzip may be a bomb. */
const maxBytes = 10 * 1024 * 1024

/** The base64 of a CloudWatch Logs subscription's event, if it is one. */
export const logsIn = (event: unknown): string | undefined => {
  const data = ownOf(ownOf(event, 'awslogs'), 'data')
  return typeof data === 'string' ? data : undefined
}

/**
 * The records of a subscription's event: of each log event the JSON object in its line, or, if its line is other text,
 * the log event itself: `{ id, timestamp, message }`.
 *
 * @throws InvalidPayloadError if the data is no gzip of such an event, or grows beyond 10 MiB
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
 */
export const readLogs = (base64: string): readonly unknown[] => {
  const event = unzipped(base64)
  if (ownOf(event, 'messageType') === 'CONTROL_MESSAGE') return [] // CloudWatch tests whether it may send
  const lines = ownOf(event, 'logEvents')
  if (!Array.isArray(lines)) throw new InvalidPayloadError('batchDecoder: awslogs.data has no array of logEvents')
  return lines.map((line) => objectIn(ownOf(line, 'message')) ?? line)
}

/** At once: the event is all that there is to do, and in most Lambdas zlib is never loaded. */
const unzipped = (base64: string): unknown => {
  try {
    const { gunzipSync } = process.getBuiltinModule('node:zlib')
    return JSON.parse(textIn(gunzipSync(Buffer.from(base64, 'base64'), { maxOutputLength: maxBytes })) ?? '')
  } catch {
    // Without its cause: the parser's own words quote the text.
    throw new InvalidPayloadError(
      `batchDecoder: awslogs.data is not base64 of a gzip of JSON in UTF-8 of at most ${maxBytes} bytes`,
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
