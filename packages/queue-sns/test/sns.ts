import { type PublishBatchCommandInput, SNSClient } from '@aws-sdk/client-sns'
import { type Queue, queue } from '@lpipe/core'
import { type FauxqsServer, startFauxqs } from 'fauxqs'

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }

/** A local SNS whose topics deliver to queues of the same name. */
export interface LocalSns {
  readonly server: FauxqsServer
  readonly client: SNSClient
  /** Makes a client that calls `before` with each input. */
  readonly clientWith: (before: (input: PublishBatchCommandInput) => unknown) => SNSClient
  /** Makes a topic and a queue that is subscribed to it. Returns the ARN of the topic. */
  readonly createTopic: (name: string, subscription?: Readonly<Record<string, string>>) => string
  /** Returns what is in the queue of a topic. */
  readonly messages: (name: string) => ReadonlyArray<{ readonly body: string; readonly messageGroupId?: string }>
  readonly stop: () => Promise<void>
}

/** Starts a local SNS, and sets the environment that the SDK reads when lpipe makes the client. */
export const startSns = async (): Promise<LocalSns> => {
  const server: FauxqsServer = await startFauxqs({ port: 0, logger: false })
  const clients: SNSClient[] = []

  const clientWith: LocalSns['clientWith'] = (before) => {
    const client = new SNSClient({ endpoint: server.address, region: 'us-east-1', credentials })
    client.middlewareStack.add(
      (next) => async (args) => {
        await before(args.input as PublishBatchCommandInput)
        return next(args)
      },
      { step: 'initialize' },
    )
    clients.push(client)
    return client
  }

  process.env['AWS_ENDPOINT_URL_SNS'] = server.address
  process.env['AWS_REGION'] = 'us-east-1'
  process.env['AWS_ACCESS_KEY_ID'] = credentials.accessKeyId
  process.env['AWS_SECRET_ACCESS_KEY'] = credentials.secretAccessKey

  return {
    server,
    clientWith,
    client: clientWith(() => undefined),
    createTopic: (name, subscription = { RawMessageDelivery: 'true' }) => {
      const isFifo = name.endsWith('.fifo')
      server.createQueue(name, isFifo ? { attributes: { FifoQueue: 'true' } } : {})
      const { topicArn } = server.createTopic(name, isFifo ? { attributes: { FifoTopic: 'true' } } : {})
      server.subscribe({ topic: name, queue: name, attributes: { ...subscription } })
      return topicArn
    },
    messages: (name) => server.inspectQueue(name)?.messages.ready ?? [],
    stop: async () => {
      for (const client of clients) client.destroy()
      await server.stop()
    },
  }
}

export const topicNamed = (name: string, options: object = {}): Queue =>
  queue({ type: 'sns', name: `arn:aws:sns:us-east-1:000000000000:${name}`, ...options } as never)
