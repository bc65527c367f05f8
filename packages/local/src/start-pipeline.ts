import { InvalidConfigurationError } from '@lpipe/core'
import { checkOptions } from '@lpipe/core/middleware'
import { defaultMemory, defaultTimeout, loaderOf, sourcesOf } from '@lpipe/system/tools'
import { createActivity } from './activity.ts'
import { createDrained } from './drained.ts'
import { createInvoke, type RunInvocation } from './invoke.ts'
import { createStreams } from './kinesis-service.ts'
import type { LocalPipeline } from './local-pipeline.ts'
import type { Mapping, MappingContext } from './mapping.ts'
import type { LocalPipelineOptions } from './options.ts'
import { createRunHandler } from './run-handler.ts'
import { sendRules } from './send.ts'
import { defaultRegion, startServers } from './servers.ts'
import type { SourceService } from './source-service.ts'
import type { InspectedMessage, QueueCount } from './sqs-server.ts'
import { createQueues } from './sqs-service.ts'
import { createStatistics } from './statistics.ts'
import { createTopics } from './topic-service.ts'
import { createTraffic, type ServerCall } from './traffic.ts'

/** How a tool runs and watches a pipeline. */
export interface PipelineTools {
  /** The ports of the servers. Default: free ones. */
  readonly ports?: { readonly sqs: number; readonly kinesis: number; readonly lambda: number }
  /** Runs the functions, instead of their handlers in this process. The handlers are not imported then. */
  readonly run?: RunInvocation
  /** Called with each call that a server has answered. */
  readonly onCall?: (call: ServerCall) => void
  /** Called with the records that a mapping of a stream has discarded. */
  readonly onDiscarded?: MappingContext['onDiscarded']
}

/** A pipeline as tools see it. */
export interface Pipeline extends LocalPipeline {
  /** Returns the messages of a queue, with all that is known about them. */
  readonly inspect: (queue: string) => Promise<InspectedMessage[]>
  /** Returns how many messages each queue holds. */
  readonly counts: () => Promise<ReadonlyMap<string, QueueCount>>
}

/**
 * Starts the servers and the event source mappings. The options must have been checked.
 *
 * @throws InvalidConfigurationError if a port is in use, or if a handler cannot be imported
 */
export const startPipeline = async (options: LocalPipelineOptions, tools: PipelineTools = {}): Promise<Pipeline> => {
  const { functions = {}, region = defaultRegion, logger = console } = options
  const { ports, run, onCall, onDiscarded = () => undefined } = tools
  const controller = new AbortController()
  const { signal } = controller
  const closing: (() => unknown)[] = []
  const mappings: Mapping[] = []
  const activity = createActivity()
  const traffic = createTraffic(activity, onCall)
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
    const { environment, clients, messages } = await startServers(options, { traffic, ports, closing })
    const { sqs, sns, kinesis } = clients
    const queues = await createQueues(sqs, region, options.queues ?? {})
    const streams = await createStreams(kinesis, options.streams ?? {})
    const topics = await createTopics(sns, sqs, region, options)
    const services: readonly SourceService[] = [queues, streams, topics]
    const serviceOf = (name: string): SourceService | undefined => services.find(({ names }) => names.includes(name))
    const queueNamed = (name: string): string => {
      if (!queues.names.includes(name)) throw unknownName('queue', name, [queues])
      return name
    }
    const statistics = Object.fromEntries(Object.keys(functions).map((name) => [name, createStatistics()]))

    const load = loaderOf(options)
    const runOf = async (name: string): Promise<RunInvocation> => {
      const runFunction = run ?? (await createRunHere(options, load, name))
      // The calls that are made meanwhile in this process are counted for the function.
      return (invocation) => traffic.run(invocation.functionName, () => runFunction(invocation))
    }
    for (const [functionName, fn] of Object.entries(functions)) {
      const stats = statistics[functionName] ?? createStatistics()
      const context = {
        functionName,
        region,
        invoke: createInvoke({ name: functionName, run: await runOf(functionName), logger, statistics: stats }),
        statistics: stats,
        activity,
        logger,
        sendTo: (queue: string, message: object) => queues.send(queue, [message], {}),
        onDiscarded,
        signal,
      }
      for (const source of sourcesOf(fn)) {
        const service = serviceOf(source.queue ?? source.stream ?? source.topic ?? '')
        if (service !== undefined) mappings.push(service.map(context, source))
      }
    }

    return {
      clients,
      environment,
      urls: queues.urls,
      topicArns: topics.arns,
      send: (to, messages, sending = {}) => {
        const service = serviceOf(to)
        if (service === undefined) throw unknownName('queue, stream or topic', to, services)
        checkOptions('send', sending, sendRules)
        return service.send(to, messages, sending)
      },
      drained: createDrained(activity, mappings, messages.counts, signal),
      statistics: () =>
        Object.fromEntries(
          Object.entries(statistics).map(([name, stats]) => [name, { ...stats, calls: traffic.callsOf(name) }]),
        ),
      contents: async (queue) => messages.contents(queueNamed(queue)),
      inspect: async (queue) => messages.inspect(queueNamed(queue)),
      counts: messages.counts,
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** Returns what runs the handler of a function in this process. */
const createRunHere = async (
  options: LocalPipelineOptions,
  load: ReturnType<typeof loaderOf>,
  name: string,
): Promise<RunInvocation> => {
  const { functions = {}, region = defaultRegion } = options
  const { timeout = defaultTimeout, memory = defaultMemory } = functions[name] ?? {}
  const { handler } = await load(name)
  return createRunHandler({ name, handler, timeout, memory, region })
}

const unknownName = (what: string, name: string, services: readonly SourceService[]): InvalidConfigurationError => {
  const names = services.flatMap((service) => service.names).join(', ') || 'none'
  return new InvalidConfigurationError(`localPipeline: there is no ${what} \`${name}\` (declared: ${names})`)
}
