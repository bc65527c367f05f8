import { KinesisClient } from '@aws-sdk/client-kinesis'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { InvalidConfigurationError } from '@lpipe/core'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { makeActivity } from './activity.ts'
import { checkPipeline } from './check.ts'
import { type DrainedOptions, makeDrained } from './drained.ts'
import { type Environment, environmentOf, takeEnvironment } from './environment.ts'
import { makeInvoke } from './invoke.ts'
import { mapStream, type Notify } from './kinesis-mapping.ts'
import { startKinesis } from './kinesis-server.ts'
import type { Mapping } from './mapping.ts'
import { defaultTimeout, isQueueSource, type LocalPipelineOptions, sourcesOf } from './options.ts'
import { createQueue, createStream } from './resources.ts'
import { type SendOptions, sendToQueue, sendToStream } from './send.ts'
import { mapQueue } from './sqs-mapping.ts'
import { type StoredMessage, startSqs } from './sqs-server.ts'
import { type FunctionStatistics, makeTally } from './statistics.ts'
import { makeTraffic } from './traffic.ts'

/** Queues, streams and functions that run in this process. */
export interface LocalPipeline {
  /** The real AWS clients, bound to the servers. For senders: `queueSqs({ client: pipeline.clients.sqs })`. */
  readonly clients: { readonly sqs: SQSClient; readonly kinesis: KinesisClient }
  /** The variables that lead the AWS SDK to the servers: in `process.env` already, unless `environment` is false. */
  readonly environment: Environment
  /** Each queue's URL. */
  readonly urls: Readonly<Record<string, string>>
  /**
   * Sends messages to a queue or a stream of this pipeline: objects as JSON, texts as they are.
   *
   * @returns their message ids, or their sequence numbers, in order
   * @throws if one is refused, or if there is no such queue or stream
   */
  readonly send: <T>(to: string, messages: readonly T[], options?: SendOptions<T>) => Promise<string[]>
  /**
   * Fulfils when all is done: nothing is visible, in flight or delayed in a queue that feeds a function, each shard
   * that feeds one is at its end, and no invocation runs. A message that never succeeds, on a queue without a
   * dead-letter queue, keeps it waiting.
   *
   * @throws if the pipeline is stopped, or if it takes longer than `timeoutSeconds`
   */
  readonly drained: (options?: DrainedOptions) => Promise<void>
  /** What each function did so far. */
  readonly statistics: () => Readonly<Record<string, FunctionStatistics>>
  /** What lies in a queue, such as a dead-letter queue. It stays there. */
  readonly contents: (queue: string) => Promise<StoredMessage[]>
  /** Lets running invocations end, begins no more, and leaves no timer, no socket and no variable behind. */
  readonly stop: () => Promise<void>
}

/**
 * Starts an SQS and a Kinesis inside this process, and runs handlers on them as Lambda's event source mappings would.
 * A function is fed by its queue or stream alone, never by a call from another.
 *
 * @throws InvalidConfigurationError for options that AWS would refuse, with the cure
 */
export const localPipeline = async (options: LocalPipelineOptions): Promise<LocalPipeline> => {
  checkPipeline(options)
  const { queues = {}, streams = {}, functions = {}, region = 'us-east-1', logger = console } = options
  const controller = new AbortController()
  const { signal } = controller
  const closing: (() => unknown)[] = []
  const mappings: Mapping[] = []
  const activity = makeActivity()
  const traffic = makeTraffic(activity)
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
    if (options.environment !== false) closing.push(takeEnvironment(environment))

    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
    const sqs = new SQSClient({ region, credentials, endpoint: sqsServer.endpoint })
    const requestHandler = new NodeHttpHandler() // kinesalite speaks no HTTP/2
    const kinesis = new KinesisClient({ region, credentials, endpoint: kinesisServer.endpoint, requestHandler })
    closing.push(
      () => sqs.destroy(),
      () => kinesis.destroy(),
    )

    const urls = await inOrder(queues, (name, queue) => createQueue(sqs, region, name, queue))
    const shards = await inOrder(streams, (name, stream) => createStream(kinesis, name, stream))
    const tallies = Object.fromEntries(Object.keys(functions).map((name) => [name, makeTally()]))

    for (const [name, fn] of Object.entries(functions)) {
      const { handler, timeout = defaultTimeout } = fn
      const invoke = makeInvoke({ name, handler, timeout, region, logger, traffic })
      const tally = tallies[name] ?? makeTally()
      const surroundings = { name, region, invoke, tally, activity, logger, signal }
      for (const source of sourcesOf(fn)) {
        if (isQueueSource(source)) {
          mappings.push(mapQueue(surroundings, source, sqs, urls[source.queue] ?? ''))
        } else {
          const QueueUrl = source.onFailure && urls[source.onFailure]
          const notify: Notify | undefined = QueueUrl
            ? (record) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(record) }))
            : undefined
          mappings.push(mapStream(surroundings, source, kinesis, shards[source.stream] ?? [], notify))
        }
      }
    }

    return {
      clients: { sqs, kinesis },
      environment,
      urls,
      send: (to, messages, sending = {}) => {
        const url = urls[to]
        if (url !== undefined) return sendToQueue(sqs, url, messages, sending)
        if (shards[to] !== undefined) return sendToStream(kinesis, to, messages, sending)
        throw unknown('queue or stream', to, [...Object.keys(urls), ...Object.keys(shards)])
      },
      drained: makeDrained(activity, mappings, sqsServer.counts, signal),
      statistics: () =>
        Object.fromEntries(
          Object.entries(tallies).map(([name, tally]) => [name, { ...tally, calls: traffic.callsOf(name) }]),
        ),
      contents: async (queue) => {
        if (urls[queue] === undefined) throw unknown('queue', queue, Object.keys(urls))
        return sqsServer.contents(queue)
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

const unknown = (what: string, name: string, known: readonly string[]): InvalidConfigurationError =>
  new InvalidConfigurationError(`localPipeline: it has no ${what} '${name}'. It has: ${known.join(', ') || 'none'}`)

const inOrder = async <T, R>(
  items: Readonly<Record<string, T>>,
  make: (name: string, item: T) => Promise<R>,
): Promise<Readonly<Record<string, R>>> => {
  const made: Record<string, R> = {}
  for (const [name, item] of Object.entries(items)) made[name] = await make(name, item)
  return made
}
