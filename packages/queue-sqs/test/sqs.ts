import { type SendMessageBatchCommandInput, SQSClient } from '@aws-sdk/client-sqs'
import { type Queue, queue } from '@lpipe/core'
import { type FauxqsServer, startFauxqs } from 'fauxqs'

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }

/** A local SQS with clients. */
export interface LocalSqs {
  readonly server: FauxqsServer
  readonly client: SQSClient
  /** Makes a client that calls `before` with each command. */
  readonly clientWith: (before: (command: string, input: SendMessageBatchCommandInput) => unknown) => SQSClient
  /** Returns the bodies in a queue, as parsed JSON. */
  readonly bodies: (name: string) => readonly unknown[]
  readonly stop: () => Promise<void>
}

/** Starts a local SQS, and sets the environment that the SDK reads when lpipe makes the client. */
export const startSqs = async (): Promise<LocalSqs> => {
  const server: FauxqsServer = await startFauxqs({ port: 0, logger: false })
  const clients: SQSClient[] = []

  const clientWith: LocalSqs['clientWith'] = (before) => {
    const client = new SQSClient({ endpoint: server.address, region: 'us-east-1', credentials })
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          await before(String(commandName), args.input as SendMessageBatchCommandInput)
          return next(args)
        },
      { step: 'initialize' },
    )
    clients.push(client)
    return client
  }

  process.env['AWS_ENDPOINT_URL_SQS'] = server.address
  process.env['AWS_REGION'] = 'us-east-1'
  process.env['AWS_ACCESS_KEY_ID'] = credentials.accessKeyId
  process.env['AWS_SECRET_ACCESS_KEY'] = credentials.secretAccessKey

  return {
    server,
    clientWith,
    client: clientWith(() => undefined),
    bodies: (name) => (server.inspectQueue(name)?.messages.ready ?? []).map(({ body }) => JSON.parse(body) as unknown),
    stop: async () => {
      for (const client of clients) client.destroy()
      await server.stop()
    },
  }
}

export const sqs = (name: string, options: object = {}): Queue => queue({ type: 'sqs', name, ...options } as never)
