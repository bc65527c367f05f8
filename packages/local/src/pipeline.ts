import { KinesisClient } from '@aws-sdk/client-kinesis'
import { SQSClient } from '@aws-sdk/client-sqs'
import { InvalidConfigurationError } from '@lpipe/core'
import { checkSystem, defaultTimeout, loaderOf, sourcesOf } from '@lpipe/system/tools'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { createActivity } from './activity.ts'
import { createDrained, type DrainedOptions } from './drained.ts'
import { type Environment, environmentOf, setEnvironment } from './environment.ts'
import { createInvoke } from './invoke.ts'
import { startKinesis } from './kinesis-server.ts'
import { createStreams } from './kinesis-service.ts'
import type { Mapping } from './mapping.ts'
import type { LocalPipelineOptions } from './options.ts'
import type { SendOptions } from './send.ts'
import type { SourceService } from './source-service.ts'
import { type StoredMessage, startSqs } from './sqs-server.ts'
import { createQueues } from './sqs-service.ts'
import { createStatistics, type FunctionStatistics } from './statistics.ts'
import { createTraffic } from './traffic.ts'

/** Queues, streams and functions that run in this process. */
export interface LocalPipeline {
  /** The AWS clients of the local servers. For senders: `queueSqs({ client: pipeline.clients.sqs })`. */
  readonly clients: { readonly sqs: SQSClient; readonly kinesis: KinesisClient }
  /**
   * The environment variables that lead the AWS SDK to the local servers. They are set in `process.env`, unless
   * `environment` is false.
   */
  readonly environment: Environment
  /** The URL of each queue, by name. */
  readonly urls: Readonly<Record<string, string>>
  /**
   * Sends messages to a queue or a stream of this pipeline. A string is sent as it is, any other value as JSON.
   *
   * @returns the message ids or the sequence numbers, in order
   * @throws InvalidConfigurationError if there is no such queue or stream
   * @throws Error if a message is refused
   */
  readonly send: <T>(to: string, messages: readonly T[], options?: SendOptions<T>) => Promise<string[]>
  /**
   * Waits until all is done: no queue that invokes a function holds a message (visible, in flight or delayed), each
   * shard that invokes one is read to its end, no batching window is open and no invocation runs. A message that never
   * succeeds, in a queue without a dead-letter queue, keeps it waiting.
   *
   * @throws Error if the pipeline is stopped, or if it takes longer than `timeoutSeconds`
   */
  readonly drained: (options?: DrainedOptions) => Promise<void>
  /** Returns what each function did so far. */
  readonly statistics: () => Readonly<Record<string, FunctionStatistics>>
  /**
   * Returns the messages of a queue, such as a dead-letter queue, without receiving them.
   *
   * @throws InvalidConfigurationError if there is no such queue
   */
  readonly contents: (queue: string) => Promise<StoredMessage[]>
  /**
   * Stops the pipeline: open batching windows end, the records that were read are delivered, and running invocations
   * end. Nothing more is read or retried. Leaves no timer, no socket and no environment variable behind.
   */
  readonly stop: () => Promise<void>
}

/**
 * Starts an SQS and a Kinesis server in this process, and invokes handlers as the event source mappings of Lambda do.
 *
 * @param options a system, or its options: the queues, streams and functions
 * @throws InvalidConfigurationError if an option is wrong, if AWS would refuse it, or if a handler cannot be imported
 * @example
 * const local = await localPipeline({
 *   queues: { orders: { deadLetter: { queue: 'orders-dead', maxReceiveCount: 3 } }, 'orders-dead': {} },
 *   functions: { orders: { handler, source: { queue: 'orders' } } },
 * })
 * await local.send('orders', [{ path: 'ORDER', kwargs: { item: 'a hat' } }])
 * await local.drained({ timeoutSeconds: 10 })
 * await local.stop()
 * @example
 * const local = await localPipeline({ ...theSystem, logger })
 */
export const localPipeline = async (options: LocalPipelineOptions): Promise<LocalPipeline> => {
  checkSystem(options, ['region', 'environment', 'logger'])
  if (options.environment !== undefined && typeof options.environment !== 'boolean') {
    throw new InvalidConfigurationError(
      `localPipeline: \`environment\` must be a boolean, received ${JSON.stringify(options.environment)}`,
    )
  }
  const { functions = {}, region = 'us-east-1', logger = console } = options
  const controller = new AbortController()
  const { signal } = controller
  const closing: (() => unknown)[] = []
  const mappings: Mapping[] = []
  const activity = createActivity()
  const traffic = createTraffic(activity)
  closing.push(traffic.close)

  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => {
    stopped ??= (async () => {
      controller.abort()
      await Promise.all(mappings.map((mapping) => mapping.stopped))
      for (const close of closing.toReversed()) await close()
    })()
    return stopped
  }

  try {
    const sqsServer = await startSqs(region, traffic)
    closing.push(sqsServer.close)
    const kinesisServer = await startKinesis(traffic)
    closing.push(kinesisServer.close)
    const environment = environmentOf(region, sqsServer.endpoint, kinesisServer.endpoint)
    if (options.environment !== false) closing.push(setEnvironment(environment))

    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
    const sqs = new SQSClient({ region, credentials, endpoint: sqsServer.endpoint })
    const requestHandler = new NodeHttpHandler() // kinesalite does not support HTTP/2
    const kinesis = new KinesisClient({ region, credentials, endpoint: kinesisServer.endpoint, requestHandler })
    closing.push(
      () => sqs.destroy(),
      () => kinesis.destroy(),
    )

    const queues = await createQueues(sqs, region, options.queues ?? {})
    const streams = await createStreams(kinesis, options.streams ?? {})
    const services: readonly SourceService[] = [queues, streams]
    const serviceOf = (name: string): SourceService | undefined => services.find(({ names }) => names.includes(name))
    const load = loaderOf(options)
    const statistics = Object.fromEntries(Object.keys(functions).map((name) => [name, createStatistics()]))

    for (const [functionName, fn] of Object.entries(functions)) {
      const { timeout = defaultTimeout } = fn
      const { handler } = await load(functionName)
      const stats = statistics[functionName] ?? createStatistics()
      const context = {
        functionName,
        region,
        invoke: createInvoke({ name: functionName, handler, timeout, region, logger, statistics: stats, traffic }),
        statistics: stats,
        activity,
        logger,
        sendTo: (queue: string, message: object) => queues.send(queue, [message], {}),
        signal,
      }
      for (const source of sourcesOf(fn)) {
        const service = serviceOf(source.queue ?? source.stream)
        if (service !== undefined) mappings.push(service.map(context, source))
      }
    }

    return {
      clients: { sqs, kinesis },
      environment,
      urls: queues.urls,
      send: (to, messages, sending = {}) => {
        const service = serviceOf(to)
        if (service === undefined) throw unknownName('queue or stream', to, services)
        return service.send(to, messages, sending)
      },
      drained: createDrained(activity, mappings, sqsServer.counts, signal),
      statistics: () =>
        Object.fromEntries(
          Object.entries(statistics).map(([name, stats]) => [name, { ...stats, calls: traffic.callsOf(name) }]),
        ),
      contents: async (queue) => {
        if (!queues.names.includes(queue)) throw unknownName('queue', queue, [queues])
        return sqsServer.contents(queue)
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

const unknownName = (what: string, name: string, services: readonly SourceService[]): InvalidConfigurationError => {
  const names = services.flatMap((service) => service.names).join(', ') || 'none'
  return new InvalidConfigurationError(`localPipeline: there is no ${what} \`${name}\` (declared: ${names})`)
}
