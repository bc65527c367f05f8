import * as Sentry from '@sentry/serverless'
import { sentryContract } from './contract.ts'

sentryContract({
  sdk: Sentry,
  init: Sentry.AWSLambda.init,
  wrapHandler: (handler) => {
    const wrapped = Sentry.AWSLambda.wrapHandler(async (event: never, context) => handler(event, context as never))
    return (event, context) => wrapped(event, context, () => undefined)
  },
})
