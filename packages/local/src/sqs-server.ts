import type { AddressInfo } from 'node:net'
import { isObject } from '@lpipe/core'
import { buildApp } from 'fauxqs'
import { queueUrlOf } from './account.ts'
import type { Traffic } from './traffic.ts'

/** How many messages a queue holds. */
export interface QueueCount {
  readonly visible: number
  readonly inFlight: number
  readonly delayed: number
}

/** A message that lies in a queue. */
export interface StoredMessage {
  readonly messageId: string
  /** its JSON, or its text if it is none */
  readonly body: unknown
  readonly state: keyof QueueCount
  /** how often it was received */
  readonly receiveCount: number
  readonly groupId: string | undefined
}

/** An SQS inside this process. */
export interface SqsServer {
  readonly endpoint: string
  /** All queues at one instant: a message that moves from one to another is counted once. */
  readonly counts: () => Promise<ReadonlyMap<string, QueueCount>>
  /** What lies in a queue, without receiving it. */
  readonly contents: (queue: string) => Promise<StoredMessage[]>
  readonly close: () => Promise<void>
}

/**
 * Starts fauxqs on a port of its own, on the loopback interface.
 *
 * @see https://www.npmjs.com/package/fauxqs
 */
export const startSqs = async (region: string, traffic: Traffic): Promise<SqsServer> => {
  const app = buildApp({ logger: false, defaultRegion: region })
  app.addHook('preHandler', (request, reply, done) => {
    reply.raw.once('close', traffic.arrived(request.headers, request.body))
    done()
  })
  app.addHook('preSerialization', (request, _reply, answer, done) => {
    done(null, withReachableUrl(answer, request.headers.host ?? ''))
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo

  return {
    endpoint: `http://127.0.0.1:${port}`,
    counts: async () => {
      const response = await app.inject('/_fauxqs/queues')
      return new Map(response.json<Listed[]>().map((queue) => [queue.name, countOf(queue)]))
    },
    contents: async (queue) => {
      const response = await app.inject(`/_fauxqs/queues/${encodeURIComponent(queue)}`)
      const { ready, inflight, delayed } = response.json<Inspected>().messages
      return [
        ...ready.map((message) => stored(message, 'visible')),
        ...inflight.map(({ message }) => stored(message, 'inFlight')),
        ...delayed.map((message) => stored(message, 'delayed')),
      ]
    },
    close: async () => {
      await app.close()
    },
  }
}

/**
 * The SDK sends to the host in a queue's URL, and `sqs.us-east-1.localhost` is known on few machines. The host that was
 * asked is known, also where a proxy stands in front.
 */
const withReachableUrl = (answer: unknown, host: string): unknown => {
  const url = isObject(answer) ? answer['QueueUrl'] : undefined
  if (typeof url !== 'string') return answer
  return { ...(answer as object), QueueUrl: queueUrlOf(host, url.slice(url.lastIndexOf('/') + 1)) }
}

/** What fauxqs tells of a queue. */
interface Listed {
  readonly name: string
  readonly approximateMessageCount: number
  readonly approximateInflightCount: number
  readonly approximateDelayedCount: number
}

interface Inspected {
  readonly messages: {
    readonly ready: readonly Kept[]
    readonly delayed: readonly Kept[]
    readonly inflight: readonly { readonly message: Kept }[]
  }
}

interface Kept {
  readonly messageId: string
  readonly body: string
  readonly approximateReceiveCount: number
  readonly messageGroupId?: string
}

const countOf = (queue: Listed): QueueCount => ({
  visible: queue.approximateMessageCount,
  inFlight: queue.approximateInflightCount,
  delayed: queue.approximateDelayedCount,
})

const stored = (message: Kept, state: keyof QueueCount): StoredMessage => ({
  messageId: message.messageId,
  body: parsed(message.body),
  state,
  receiveCount: message.approximateReceiveCount,
  groupId: message.messageGroupId,
})

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
