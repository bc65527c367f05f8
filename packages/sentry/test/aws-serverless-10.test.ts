import * as Sentry from '@sentry/aws-serverless'
import { sentryContract } from './contract.ts'

sentryContract({
  sdk: Sentry,
  init: Sentry.init,
  wrapHandler: (handler) => {
    const wrapped = Sentry.wrapHandler(async (event: never, context) => handler(event, context as never))
    return (event, context) => wrapped(event, context, () => undefined)
  },
})
