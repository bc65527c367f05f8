import type { AddressInfo } from 'node:net'
import { buildApp } from 'fauxqs'
import { queueUrlOf } from './arns.ts'
import { isObject, parseJson } from './objects.ts'
import { browserRefused, isFromBrowser, listenOn } from './server-access.ts'
import { createSqsLimits, type FailedEntry } from './sqs-limits.ts'
import { operationOf, type Traffic } from './traffic.ts'

/** How many messages a queue holds. */
export interface QueueCount {
  readonly visible: number
  readonly inFlight: number
  readonly delayed: number
}

/** A message in a queue. */
export interface StoredMessage {
  readonly messageId: string
  /** the value of its JSON, or its text if it is not JSON */
  readonly body: unknown
  readonly state: keyof QueueCount
  /** how often it was received */
  readonly receiveCount: number
  /** the message group; undefined in a standard queue */
  readonly groupId: string | undefined
}

/** A message in a queue, as tools see it. */
export interface InspectedMessage {
  readonly messageId: string
  readonly body: string
  readonly state: keyof QueueCount
  readonly receiveCount: number
  readonly groupId: string | undefined
  /** when it was sent, in milliseconds since 1970 */
  readonly sentAt: number
  readonly attributes: Readonly<Record<string, { readonly DataType: string; readonly StringValue?: string }>>
}

/** An SQS server in this process. */
export interface SqsServer {
  readonly endpoint: string
  /** Returns the counts of all queues at one instant, so that a message that moves to another queue is counted once. */
  readonly counts: () => Promise<ReadonlyMap<string, QueueCount>>
  /** Returns the messages of a queue, without receiving them. */
  readonly contents: (queue: string) => Promise<StoredMessage[]>
  /** Returns the same, with all that is known about them. */
  readonly inspect: (queue: string) => Promise<InspectedMessage[]>
  readonly close: () => Promise<void>
}

/**
 * Starts fauxqs on the loopback interface.
 *
 * @param port 0: a free one
 * @see https://www.npmjs.com/package/fauxqs
 */
export const startSqs = async (region: string, traffic: Traffic, port = 0): Promise<SqsServer> => {
  const app = buildApp({ logger: false, defaultRegion: region })
  const limits = createSqsLimits()
  const failedEntries = new WeakMap<object, readonly FailedEntry[]>()

  app.addHook('onRequest', (request, reply, done) => {
    if (!isFromBrowser(request.headers)) return done()
    reply.code(403).send({ message: browserRefused })
  })
  app.addHook('preHandler', (request, reply, done) => {
    reply.raw.once('close', traffic.arrived(request.headers, request.body))
    const checked = limits.check(operationOf(request.headers), request.body)
    if (checked.fault !== undefined) {
      const { Code, Message } = checked.fault
      const type = 'application/x-amz-json-1.0'
      const error = { __type: `com.amazonaws.sqs#${Code}`, message: Message }
      reply.code(400).header('content-type', type).header('x-amzn-query-error', `${Code};Sender`).send(error)
      return
    }
    if (checked.failed.length > 0) {
      failedEntries.set(request, checked.failed)
      const accepted = withoutEntries(request.body, checked.failed)
      if (accepted.length === 0) {
        reply.header('content-type', 'application/x-amz-json-1.0').send({ Successful: [], Failed: [] })
        return
      }
      request.body = { ...(request.body as object), Entries: accepted }
    }
    done()
  })
  app.addHook('preSerialization', (request, _reply, payload, done) => {
    const response = withFailed(withReachableUrl(payload, request.headers.host ?? ''), failedEntries.get(request))
    for (const message of messagesIn(response)) limits.received(message['ReceiptHandle'])
    traffic.answered?.({ service: 'sqs', request: request.body, response }, request.headers)
    done(null, response)
  })
  // SNS answers with XML.
  app.addHook('onSend', (request, _reply, payload, done) => {
    const isPublished = isObject(request.body) && String(request.body['Action']).startsWith('Publish')
    if (isPublished && typeof payload === 'string') {
      traffic.answered?.({ service: 'sns', request: request.body, response: payload }, request.headers)
    }
    done(null, payload)
  })
  await listenOn(port, () => app.listen({ port, host: '127.0.0.1' }))
  const address = app.server.address() as AddressInfo

  const inspect = async (queue: string): Promise<InspectedMessage[]> => {
    const response = await app.inject(`/_fauxqs/queues/${encodeURIComponent(queue)}`)
    const { ready, inflight, delayed } = response.json<ListedMessages>().messages
    return [
      ...ready.map((message) => inspectedMessage(message, 'visible')),
      ...inflight.map(({ message }) => inspectedMessage(message, 'inFlight')),
      ...delayed.map((message) => inspectedMessage(message, 'delayed')),
    ]
  }

  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    counts: async () => {
      const response = await app.inject('/_fauxqs/queues')
      return new Map(response.json<ListedQueue[]>().map((queue) => [queue.name, countOf(queue)]))
    },
    contents: async (queue) => (await inspect(queue)).map(storedMessage),
    inspect,
    close: async () => {
      await app.close()
    },
  }
}

const withoutEntries = (body: unknown, failed: readonly FailedEntry[]): readonly unknown[] => {
  const entries = (body as { readonly Entries: readonly { readonly Id: unknown }[] }).Entries
  const ids = new Set(failed.map(({ Id }) => Id))
  return entries.filter(({ Id }) => !ids.has(String(Id)))
}

const withFailed = (response: unknown, failed: readonly FailedEntry[] | undefined): unknown => {
  if (failed === undefined || !isObject(response)) return response
  const others = response['Failed']
  return { ...response, Failed: [...(Array.isArray(others) ? others : []), ...failed] }
}

const messagesIn = (response: unknown): readonly Readonly<Record<string, unknown>>[] => {
  const messages = isObject(response) ? response['Messages'] : undefined
  return Array.isArray(messages) ? messages.filter(isObject) : []
}

/**
 * Replaces the host in a `QueueUrl` by the host of the request. The SDK sends to the host in the URL: few machines
 * resolve `sqs.us-east-1.localhost`, and a proxy in front of the server must receive what follows.
 */
const withReachableUrl = (response: unknown, host: string): unknown => {
  const url = isObject(response) ? response['QueueUrl'] : undefined
  if (typeof url !== 'string') return response
  return { ...(response as object), QueueUrl: queueUrlOf(host, url.slice(url.lastIndexOf('/') + 1)) }
}

/** A queue in the list of fauxqs. */
interface ListedQueue {
  readonly name: string
  readonly approximateMessageCount: number
  readonly approximateInflightCount: number
  readonly approximateDelayedCount: number
}

/** The messages of a queue as fauxqs lists them. */
interface ListedMessages {
  readonly messages: {
    readonly ready: readonly ListedMessage[]
    readonly delayed: readonly ListedMessage[]
    readonly inflight: readonly { readonly message: ListedMessage }[]
  }
}

interface ListedMessage {
  readonly messageId: string
  readonly body: string
  readonly approximateReceiveCount: number
  readonly messageGroupId?: string
  readonly sentTimestamp: number
  readonly messageAttributes: InspectedMessage['attributes']
}

const countOf = (queue: ListedQueue): QueueCount => ({
  visible: queue.approximateMessageCount,
  inFlight: queue.approximateInflightCount,
  delayed: queue.approximateDelayedCount,
})

const inspectedMessage = (message: ListedMessage, state: keyof QueueCount): InspectedMessage => ({
  messageId: message.messageId,
  body: message.body,
  state,
  receiveCount: message.approximateReceiveCount,
  groupId: message.messageGroupId,
  sentAt: message.sentTimestamp,
  attributes: message.messageAttributes,
})

const storedMessage = ({ messageId, body, state, receiveCount, groupId }: InspectedMessage): StoredMessage => {
  const json = parseJson(body)
  return { messageId, body: json === undefined ? body : json, state, receiveCount, groupId }
}
