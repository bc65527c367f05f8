import type { Batch } from '@lpipe/core'
import { checkOptions, ignoreRejection, log, openBatch } from '@lpipe/core/middleware'
import type { MiddlewareObj, Request } from '@middy/core'
import { checkDimensions, checkNamespace, checkService } from './dimensions.ts'
import { invocationMetrics } from './invocation-metrics.ts'
import { type Library, loadLibrary } from './library.ts'

/** The options of `metrics()`. */
export interface MetricsOptions {
  /**
   * The namespace of the metrics in CloudWatch: 1 to 255 characters of `A-Z a-z 0-9 . - _ / # :` and space. Default: the
   * environment variable `POWERTOOLS_METRICS_NAMESPACE`, otherwise `lpipe`.
   */
  readonly namespace?: string
  /**
   * Dimensions beside `service`, at most 28: names of 1 to 250 and values of 1 to 1,024 printable ASCII characters. `service`
   * is the environment variable `POWERTOOLS_SERVICE_NAME`, otherwise the name of the Lambda function. Default: none.
   */
  readonly dimensions?: Readonly<Record<string, string>>
}

/**
 * Returns a middleware that writes one line in CloudWatch's embedded metric format for each invocation: the number of
 * messages by outcome, in total and by path, the number of entries that were sent, and the duration. It is written when all
 * outcomes are final, or when the invocation throws. An error here is logged, and changes no outcome.
 *
 * Use it before `lpipe()`. It requires the package `@aws-lambda-powertools/metrics`, and imports it at the first invocation.
 *
 * @throws InvalidConfigurationError, when made, for an option that is unknown or that CloudWatch does not take; at the first
 * invocation, if `@aws-lambda-powertools/metrics` cannot be imported
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 * @example
 * export const handler = middy()
 *   .use(metrics({ namespace: 'Shop', dimensions: { stage: 'production' } }))
 *   .use(lpipe({ paths: { CHARGE: [charge] } }))
 */
export const metrics = (options: MetricsOptions = {}): MiddlewareObj<unknown, unknown> => {
  checkOptions('metrics', options, { namespace: 'any', dimensions: 'any' })
  const { namespace = process.env['POWERTOOLS_METRICS_NAMESPACE'] || 'lpipe', dimensions = {} } = options
  const service = process.env['POWERTOOLS_SERVICE_NAME'] || undefined
  checkNamespace(namespace)
  checkDimensions(dimensions)
  if (service !== undefined) checkService(service)
  const defaultDimensions = { ...dimensions }

  let library: Library | undefined
  let loading: Promise<Library> | undefined
  const written = new WeakSet<Batch>()

  /** A failed import is not remembered: the next invocation tries again. */
  const load = (): Promise<Library> => {
    loading ??= loadLibrary().finally(() => {
      loading = undefined
    })
    return loading
  }

  const write = ({ Metrics }: Library, batch: Batch): void => {
    if (written.has(batch)) return
    written.add(batch)
    try {
      const serviceName = service ?? batch.context.functionName
      const line = new Metrics({ namespace, serviceName, defaultDimensions })
      for (const { name, unit, value } of invocationMetrics(batch)) ignoreRejection(line.addMetric(name, unit, value))
      ignoreRejection(line.publishStoredMetrics())
    } catch (error) {
      log(batch, 'warn', 'metrics: could not write the metrics', { error })
    }
  }

  const open = (loaded: Library, request: Request<unknown, unknown>): void => {
    library = loaded
    const batch = openBatch(request)
    batch.use({ finish: () => write(loaded, batch) })
  }

  return {
    before: function metricsBefore(request: Request<unknown, unknown>): void | Promise<void> {
      return library !== undefined ? open(library, request) : load().then((loaded) => open(loaded, request))
    },

    /** An invocation that throws has a line too. */
    onError: async function metricsOnError(request: Request<unknown, unknown>): Promise<void> {
      const batch = openBatch(request)
      const loaded = library ?? (await load().catch(() => undefined))
      if (loaded !== undefined) write(loaded, batch)
    },
  }
}
