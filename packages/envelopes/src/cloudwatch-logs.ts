import { defineEnvelope, type Envelope } from '@lpipe/core/envelope'
import { checkOptions, getOwn, isCompressed, isObject, parseJson, tryOr } from '@lpipe/core/middleware'
import { type PathFrom, pathOf, pathRule } from './path.ts'
import { unpack } from './unpack.ts'

/** What a CloudWatch Logs subscription sends. */
export interface LogData {
  readonly messageType: string
  readonly owner: string
  readonly logGroup: string
  readonly logStream: string
  readonly subscriptionFilters: readonly string[]
  readonly logEvents: readonly { readonly id: string; readonly timestamp: number; readonly message: string }[]
}

/** Options of `cloudWatchLogs()`. */
export interface CloudWatchLogsOptions {
  /** The path of all log events of a record, for example `({ logGroup }) => logGroup`. Default: a log event names its path itself. */
  readonly path?: PathFrom<LogData>
}

/**
 * Log events of a CloudWatch Logs subscription to a Kinesis stream or Firehose, compressed with gzip: a message for each, which is its line
 * if that is the JSON text of an object, otherwise `{ id, timestamp, message }`. The log group and the log stream are headers.
 * In the dead-letter queue of a Lambda that CloudWatch Logs invokes too.
 *
 * @throws InvalidConfigurationError, when made, for an option that is unknown or wrong
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#DestinationKinesisExample
 * @example
 * middy().use(lpipe({ envelopes: [cloudWatchLogs()], call: ({ message }: { message: string }) => console.log(message) }))
 */
export const cloudWatchLogs = (options: CloudWatchLogsOptions = {}): Envelope => {
  checkOptions('cloudWatchLogs', options, { path: pathRule })
  return defineEnvelope({
    name: 'cloudWatchLogs',
    opens: (body, record) => {
      if (Buffer.isBuffer(body)) return isCompressed(body) ? { body: unpack(body) } : undefined
      const data = getOwn(getOwn(body, 'awslogs'), 'data')
      // The event of a Lambda, in its dead-letter queue. The event of this invocation is unpacked when it is read.
      if (typeof data === 'string' && body !== record) return { body: Buffer.from(data, 'base64') }
      const events = getOwn(body, 'logEvents')
      const type = getOwn(body, 'messageType')
      if (!Array.isArray(events) || typeof type !== 'string') return undefined
      if (type === 'CONTROL_MESSAGE') return [] // CloudWatch checks whether it may send
      const path = pathOf(options.path, body as unknown as LogData)
      const headers: Record<string, string> = {}
      for (const name of ['logGroup', 'logStream']) {
        const value = getOwn(body, name)
        if (typeof value === 'string') headers[name] = value
      }
      return events.map((event) => ({ body: lineOf(event) ?? event, headers, path }))
    },
  })
}

/** Returns the content of a line, if it is the JSON text of an object. */
const lineOf = (event: unknown): unknown => {
  const line = getOwn(event, 'message')
  if (typeof line !== 'string' || !/^\s*\{/.test(line)) return undefined
  try {
    return parseJson(line)
  } catch {
    // JSON that holds a number which JavaScript cannot represent stays a text: it is refused when it is decoded.
    return isObject(tryOr(() => JSON.parse(line), undefined)) ? line : undefined
  }
}
