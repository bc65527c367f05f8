import { type Batch, checkOptions, InvalidConfigurationError, isObject, kindOf, openBatch } from '@lpipe/core'
import type { MiddlewareObj, Request } from '@middy/core'
import { metricsOf, names } from './counts.ts'
import { type Library, loadLibrary } from './library.ts'

export interface MetricsOptions {
  /** of the metrics in CloudWatch; default `POWERTOOLS_METRICS_NAMESPACE`, else `lpipe` */
  readonly namespace?: string
  /** beside `service`, which is `POWERTOOLS_SERVICE_NAME`, else the function's name; at most 28 */
  readonly dimensions?: Readonly<Record<string, string>>
}

/** Of the 30 that the format allows, Powertools keeps one, and `service` is one. */
const mostDimensions = 28

/**
 * Writes one line in CloudWatch's embedded metric format for each invocation: what it received, what became of that, by
 * path too, what was sent, and how long it took. Before or after lpipe's middlewares. What fails here changes no outcome.
 *
 * @throws InvalidConfigurationError, when made, for an option that is wrong; at the first invocation, if
 * `@aws-lambda-powertools/metrics` is not installed
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export const metrics = (options: MetricsOptions = {}): MiddlewareObj<unknown, unknown> => {
  checkOptions('metrics', options, { namespace: 'any', dimensions: 'any' })
  const { namespace = process.env['POWERTOOLS_METRICS_NAMESPACE'] || 'lpipe', dimensions = {} } = options
  if (typeof namespace !== 'string' || namespace === '') {
    throw new InvalidConfigurationError(`metrics: its namespace must be text and not empty, got ${kindOf(namespace)}`)
  }
  checkDimensions(dimensions)

  let library: Library | undefined
  let loading: Promise<Library> | undefined
  const written = new WeakSet<Batch>()

  const load = (): Promise<Library> => {
    loading ??= loadLibrary().finally(() => {
      loading = undefined // if it failed, the next invocation tries again
    })
    return loading
  }

  const write = ({ Metrics }: Library, batch: Batch): void => {
    if (written.has(batch)) return
    written.add(batch)
    const serviceName = process.env['POWERTOOLS_SERVICE_NAME'] || batch.context.functionName
    const line = new Metrics({ namespace, serviceName, defaultDimensions: dimensions })
    for (const { name, unit, value } of metricsOf(batch)) line.addMetric(name, unit, value)
    line.publishStoredMetrics()
  }

  const open = (found: Library, request: Request<unknown, unknown>): void => {
    library = found
    const batch = openBatch(request)
    batch.endings.push(() => write(found, batch))
  }

  return {
    before: function metricsBefore(request: Request<unknown, unknown>): void | Promise<void> {
      return library !== undefined ? open(library, request) : load().then((found) => open(found, request))
    },

    /** An invocation that throws has its line too. */
    onError: async function metricsOnError(request: Request<unknown, unknown>): Promise<void> {
      const batch = openBatch(request)
      try {
        write(library ?? (await load()), batch)
      } catch (error) {
        warn(batch, error)
      }
    },
  }
}

const checkDimensions = (dimensions: unknown): void => {
  if (!isObject(dimensions)) {
    throw new InvalidConfigurationError(`metrics: its dimensions must be an object of texts, got ${kindOf(dimensions)}`)
  }
  for (const [name, value] of Object.entries(dimensions)) {
    if (names.includes(name)) {
      throw new InvalidConfigurationError(`metrics: its dimension '${name}' is the name of a metric. Rename it`)
    }
    if (name === '' || typeof value !== 'string' || value.trim() === '') {
      throw new InvalidConfigurationError(`metrics: its dimension '${name}' must be text and not empty`)
    }
  }
  if (Object.keys(dimensions).length > mostDimensions) {
    throw new InvalidConfigurationError(`metrics: it takes at most ${mostDimensions} dimensions`)
  }
}

/** A logger that throws changes no outcome either. */
const warn = (batch: Batch, error: unknown): void => {
  try {
    batch.logger.warn('metrics: they could not be written', { error })
  } catch {}
}
