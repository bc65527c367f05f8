import { isUtf8 } from 'node:buffer'
import { InvalidPayloadError, isObject } from '@lpipe/core'

/** What a CloudWatch Logs event may grow to: the service sends at most 6 MB, and a gzip may be a bomb. */
const maxBytes = 10 * 1024 * 1024

interface LogsEvent {
  readonly awslogs: { readonly data: string }
}

/** Whether an event comes from a CloudWatch Logs subscription. */
export const isLogsEvent = (event: unknown): event is LogsEvent =>
  isObject(event) &&
  Object.hasOwn(event, 'awslogs') &&
  isObject(event['awslogs']) &&
  typeof event['awslogs']['data'] === 'string'

/**
 * The records of a subscription's event: of each log event the JSON object in its line, or, if its line is other text,
 * the log event itself: `{ id, timestamp, message }`.
 *
 * @throws InvalidPayloadError if the data is no gzip of such an event, or grows beyond 10 MiB
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
 */
export const readLogs = async (event: LogsEvent): Promise<readonly unknown[]> => {
  const { gunzip } = await import('node:zlib')
  const bytes = await new Promise<Buffer>((resolve, reject) =>
    gunzip(Buffer.from(event.awslogs.data, 'base64'), { maxOutputLength: maxBytes }, (error, grown) =>
      error === null ? resolve(grown) : reject(error),
    ),
  ).catch((cause: unknown) => {
    const tooLarge = isObject(cause) && cause['code'] === 'ERR_BUFFER_TOO_LARGE'
    throw new InvalidPayloadError(
      `batchDecoder: awslogs.data ${tooLarge ? `grows beyond ${maxBytes} bytes` : 'is not base64 of a gzip'}`,
      { cause },
    )
  })
  if (!isUtf8(bytes)) throw new InvalidPayloadError('batchDecoder: awslogs.data is not UTF-8')
  const data = objectIn(bytes.toString('utf8'))
  if (data?.['messageType'] === 'CONTROL_MESSAGE') return [] // CloudWatch tests whether it may send
  const lines = data?.['logEvents']
  if (!Array.isArray(lines)) {
    throw new InvalidPayloadError('batchDecoder: awslogs.data holds no JSON object with an array of logEvents')
  }
  return lines.map((line) => (isObject(line) ? (objectIn(line['message']) ?? line) : line))
}

const objectIn = (text: unknown): Record<string, unknown> | undefined => {
  if (typeof text !== 'string') return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
