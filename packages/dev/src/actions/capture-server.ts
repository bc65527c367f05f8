import { createHash, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { isObject, tryOr } from '@lpipe/core/middleware'
import { type AcceptedMessage, acceptedIn } from '../trace/calls.ts'

/** A server that answers sends as SQS and Kinesis do, and sends nothing. */
export interface CaptureServer {
  readonly endpoint: string
  readonly close: () => Promise<void>
}

type Members = Readonly<Record<string, unknown>>

/** @param onSend called with each message that a call would have added */
export const startCaptureServer = async (
  onSend: (operation: string, message: AcceptedMessage) => void,
): Promise<CaptureServer> => {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body: unknown = tryOr(() => JSON.parse(Buffer.concat(chunks).toString()), undefined)
    const operation = String(request.headers['x-amz-target'] ?? '').replace(/^.*\./, '')
    const answer = answers[operation]
    response.setHeader('content-type', 'application/x-amz-json-1.0')
    if (answer === undefined || !isObject(body)) {
      const type = 'com.amazonaws.sqs#UnsupportedOperation'
      response.statusCode = 400
      response.end(JSON.stringify({ __type: type, message: `a dry run does not call ${operation}` }))
      return
    }
    const result = answer(body, `http://${request.headers.host}`)
    const call = { operation, request: body, response: result, functionName: undefined, commandId: undefined }
    for (const message of acceptedIn({ ...call, service: 'sqs' })) onSend(operation, message)
    response.end(JSON.stringify(result))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const list = (value: unknown): readonly Members[] => (Array.isArray(value) ? value.filter(isObject) : [])

const accepted = ({ MessageBody }: Members): Members => ({
  MessageId: randomUUID(),
  // The SDK checks it.
  MD5OfMessageBody: createHash('md5').update(String(MessageBody)).digest('hex'),
})

const sequenceNumber = (): string => String(BigInt(`0x${randomUUID().replaceAll('-', '')}`))
const shard = { ShardId: 'shardId-000000000000' }

const answers: Readonly<Record<string, (request: Members, endpoint: string) => Members>> = {
  GetQueueUrl: ({ QueueName }, endpoint) => ({ QueueUrl: `${endpoint}/000000000000/${String(QueueName)}` }),
  SendMessage: accepted,
  SendMessageBatch: ({ Entries }) => ({
    Successful: list(Entries).map((entry) => ({ Id: entry['Id'], ...accepted(entry) })),
    Failed: [],
  }),
  DeleteMessage: () => ({}),
  DeleteMessageBatch: ({ Entries }) => ({ Successful: list(Entries).map(({ Id }) => ({ Id })), Failed: [] }),
  ChangeMessageVisibility: () => ({}),
  ChangeMessageVisibilityBatch: ({ Entries }) => ({ Successful: list(Entries).map(({ Id }) => ({ Id })), Failed: [] }),
  PutRecord: () => ({ ...shard, SequenceNumber: sequenceNumber() }),
  PutRecords: ({ Records }) => ({
    FailedRecordCount: 0,
    Records: list(Records).map(() => ({ ...shard, SequenceNumber: sequenceNumber() })),
  }),
}
