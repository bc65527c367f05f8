import { checkOptions, misconfigured } from '@lpipe/core'
import type { MiddlewareObj, Request } from '@middy/core'

/** What `@lpipe/metrics` takes. Written again, for a package that is not installed has no types to import. */
export interface MetricsOptions {
  /** of the metrics in CloudWatch; default `POWERTOOLS_METRICS_NAMESPACE`, else `lpipe` */
  readonly namespace?: string
  /** beside `service`, which is `POWERTOOLS_SERVICE_NAME`, else the function's name; at most 28 */
  readonly dimensions?: Readonly<Record<string, string>>
}

/**
 * `metrics()` of `@lpipe/metrics`, which is imported at the first invocation: who does not ask for metrics need not have
 * the package. Outermost, for it counts what the others made of the batch.
 *
 * @throws InvalidConfigurationError for an option that is wrong
 */
export const measuring = (option: boolean | MetricsOptions = false): MiddlewareObj<unknown, unknown>[] => {
  if (option === false) return []
  const options = option === true ? {} : option
  checkOptions('metrics', options, { namespace: 'text', dimensions: 'an object' })
  let middleware: MiddlewareObj<unknown, unknown> | undefined

  return [
    {
      before: async (request: Request<unknown, unknown>) => {
        const { metrics } = await import('@lpipe/metrics').catch(() =>
          misconfigured('metrics: npm install @lpipe/metrics @aws-lambda-powertools/metrics'),
        )
        middleware ??= metrics(options)
        await middleware.before?.(request)
      },
      onError: (request: Request<unknown, unknown>) => middleware?.onError?.(request),
    },
  ]
}
