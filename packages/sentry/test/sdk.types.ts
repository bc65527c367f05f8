import { sentry } from '@lpipe/sentry'
import * as Sentry10 from '@sentry/aws-serverless'
import * as Sentry7 from '@sentry/serverless'
import * as Sentry8 from 'sentry8'
import * as Sentry9 from 'sentry9'

sentry({ sdk: Sentry7 })
sentry({ sdk: Sentry8 })
sentry({ sdk: Sentry9 })
sentry({
  sdk: Sentry10,
  includeKwargs: true,
  flushMillis: 500,
  shouldCapture: (error) => !(error instanceof TypeError),
})
sentry({ shouldCapture: (_, message) => message.path !== 'NOISY' })

// @ts-expect-error a client alone is not an SDK
sentry({ sdk: Sentry10.getClient() })
// @ts-expect-error an unknown option
sentry({ dsn: 'https://key@sentry.example/1' })
// @ts-expect-error it is not awaited
sentry({ shouldCapture: async () => true })
