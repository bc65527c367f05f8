import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { EventBridgeClient } from '@aws-sdk/client-eventbridge'
import { type Queue, queue } from '@lpipe/core'
import type { Wire } from '@lpipe/queue-eventbridge'

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }

interface PutEntry extends Wire {
  readonly EventBusName?: string
}

/** A stand-in for EventBridge: it answers `PutEvents` and `DescribeEventBus` as the service does. */
export interface LocalEventBridge {
  readonly client: EventBridgeClient
  /** The events that were accepted, by their bus. A bus without events has an empty array. */
  readonly buses: Map<string, PutEntry[]>
  /** The calls, in order: the action, and the number of entries. */
  readonly calls: string[]
  /** Codes with which the next events are refused: one for each event. */
  readonly failures: (string | undefined)[]
  /** Actions that are denied. */
  readonly denied: Set<string>
  readonly stop: () => Promise<void>
}

const isObjectText = (text: unknown): boolean => {
  try {
    const value: unknown = JSON.parse(text as string)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

const sizeOf = ({ Source = '', DetailType = '', Detail = '', Resources = [] }: PutEntry): number =>
  [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(text), 0)

/** Starts the stand-in, and sets the environment that the SDK reads when lpipe makes the client. */
export const startEventBridge = async (): Promise<LocalEventBridge> => {
  const buses: LocalEventBridge['buses'] = new Map([['default', []]])
  const calls: string[] = []
  const failures: (string | undefined)[] = []
  const denied = new Set<string>()

  const putEntry = (entry: PutEntry): object => {
    const { Source, DetailType, Detail, EventBusName = 'default' } = entry
    const failure = failures.shift()
    if (failure !== undefined) return { ErrorCode: failure, ErrorMessage: `a secret: ${Detail}` }
    if (!Source || !DetailType || !Detail) return { ErrorCode: 'InvalidArgument' }
    if (Source.startsWith('aws.')) return { ErrorCode: 'NotAuthorizedForSourceException' }
    if (!isObjectText(Detail)) return { ErrorCode: 'MalformedDetail' }
    // The service accepts events for a bus that does not exist: https://github.com/aws/aws-cli/issues/9186
    buses.get(EventBusName)?.push(entry)
    return { EventId: crypto.randomUUID() }
  }

  const answer = (action: string, input: { readonly Entries?: PutEntry[]; readonly Name?: string }) => {
    calls.push(input.Entries === undefined ? action : `${action} ${input.Entries.length}`)
    if (denied.has(action)) return { status: 400, body: { __type: 'AccessDeniedException', message: 'a secret' } }
    if (action === 'DescribeEventBus') {
      return buses.has(input.Name ?? '')
        ? { status: 200, body: { Name: input.Name } }
        : { status: 400, body: { __type: 'ResourceNotFoundException', message: 'a secret' } }
    }
    const { Entries = [] } = input
    const isInvalid = Entries.length === 0 || Entries.length > 10
    const isTooLarge = Entries.reduce((sum, entry) => sum + sizeOf(entry), 0) >= 1024 * 1024
    if (isInvalid || isTooLarge) return { status: 400, body: { __type: 'ValidationException', message: 'a secret' } }
    const answers = Entries.map(putEntry)
    const FailedEntryCount = answers.filter((one) => 'ErrorCode' in one).length
    return { status: 200, body: { FailedEntryCount, Entries: answers } }
  }

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const action = String(request.headers['x-amz-target']).split('.').at(-1) as string
    const { status, body } = answer(action, JSON.parse(Buffer.concat(chunks).toString()))
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  process.env['AWS_ENDPOINT_URL_EVENTBRIDGE'] = endpoint
  process.env['AWS_REGION'] = 'us-east-1'
  process.env['AWS_ACCESS_KEY_ID'] = credentials.accessKeyId
  process.env['AWS_SECRET_ACCESS_KEY'] = credentials.secretAccessKey
  const client = new EventBridgeClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })

  return {
    client,
    buses,
    calls,
    failures,
    denied,
    stop: async () => {
      client.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export const bus = (name: string, options: object = {}): Queue =>
  queue({ type: 'eventbridge', name, source: 'shop', detailType: 'Made', ...options } as never)
