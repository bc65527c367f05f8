import { setTimeout } from 'node:timers/promises'
import { UsageError } from '../command-error.ts'
import { printable } from '../output.ts'
import { load } from './account-queues.ts'
import type { TailRequest } from './target.ts'

/** Milliseconds between two looks. */
const interval = 2000

/** CloudWatch may take so long until a line can be found. */
const lateMillis = 10_000

/**
 * Follows the log lines of a Lambda.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
 */
export const tailLogs = async ({ lambda, path, since, signal, onStart, onLine }: TailRequest): Promise<void> => {
  if (lambda === undefined)
    throw new UsageError('an account has no messages to follow, only logs: name the Lambda with --lambda NAME')
  onStart()
  let startTime = since
  const { CloudWatchLogsClient, paginateFilterLogEvents } = await load(
    '@aws-sdk/client-cloudwatch-logs',
    () => import('@aws-sdk/client-cloudwatch-logs'),
  )
  const client = new CloudWatchLogsClient({})
  const logGroupName = lambda.startsWith('/') ? lambda : `/aws/lambda/${lambda}`
  const filterPattern = path === undefined ? undefined : `{ $.path = ${JSON.stringify(path)} }`
  const seen = new Map<string, number>()
  while (!signal.aborted) {
    const query = { logGroupName, startTime, ...(filterPattern !== undefined && { filterPattern }) }
    for await (const { events = [] } of paginateFilterLogEvents({ client }, query)) {
      for (const { eventId = '', timestamp = 0, message = '' } of events) {
        if (seen.has(eventId)) continue
        seen.set(eventId, timestamp)
        const text = printable(message.trimEnd(), true)
        onLine(`${new Date(timestamp).toISOString()}  ${text}`, { time: new Date(timestamp).toISOString(), message })
      }
    }
    startTime = Math.max(startTime, Date.now() - lateMillis)
    for (const [id, timestamp] of seen) if (timestamp < startTime) seen.delete(id)
    await setTimeout(interval, undefined, { signal }).catch(() => undefined)
  }
}
