import * as Sentry from '@sentry/aws-serverless'
import type { Watch } from './watch.ts'

/** Sets tags and breadcrumbs, as a function of a user does. */
export const markScope = (request: string, id: number): void => {
  Sentry.setTag('request', request)
  Sentry.addBreadcrumb({ message: `${request}#${id}` })
}

/**
 * Collects the events that would be sent to Sentry. An event must have the tags and breadcrumbs of its own message only. The SDK
 * does not set up OpenTelemetry, because the traces are watched too.
 */
export const watchSentry = (): Watch & { readonly sdk: typeof Sentry } => {
  const problems: string[] = []
  let events = 0

  Sentry.init({
    dsn: 'https://key@sentry.invalid/1',
    skipOpenTelemetrySetup: true,
    defaultIntegrations: false,
    transport: (options) => Sentry.createTransport(options, async () => ({ statusCode: 200 })),
    beforeSend: (event) => {
      events += 1
      const { tags = {}, breadcrumbs = [] } = event
      const request = String(tags['lpipe.aws_request_id'])
      const messageId = String(tags['lpipe.message_id'])
      const marks = new Set(breadcrumbs.map(({ message }) => message))
      const isForeign =
        !messageId.startsWith(`${request}/`) ||
        ![undefined, request].includes(tags['request'] as string | undefined) ||
        marks.size > 1 ||
        ![...marks].every((mark) => mark?.startsWith(`${request}#`))
      if (isForeign) {
        problems.push(
          `an event of ${messageId} in ${request} has the tag ${String(tags['request'])} and marks ${[...marks].join()}`,
        )
      }
      return event
    },
  })
  return { sdk: Sentry, problems, count: () => events, stop: () => void Sentry.close(0) }
}
