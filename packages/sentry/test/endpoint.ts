import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

/** The members of an event that the tests read. */
export interface SentryEvent {
  readonly level: string
  readonly tags?: Readonly<Record<string, string>>
  readonly contexts?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly breadcrumbs?: readonly { readonly message?: string }[]
  readonly exception?: { readonly values: readonly { readonly type: string; readonly value: string }[] }
}

/** What the endpoint does with an envelope. */
export type Manner = 'accepts' | 'breaks' | 'never answers' | 'cuts the connection'

/** Takes envelopes in place of Sentry, and parses them. */
export interface Endpoint {
  readonly dsn: string
  /** The events that arrived since they were last taken, by message id: they arrive in any order. */
  readonly take: () => readonly SentryEvent[]
  /** All that arrived, as text. */
  raw: string
  manner: Manner
  /** Accepts again, and answers the requests that wait. */
  readonly release: () => void
  readonly close: () => Promise<void>
}

/**
 * Starts an endpoint.
 *
 * @see https://develop.sentry.dev/sdk/data-model/envelopes/
 */
export const startEndpoint = async (): Promise<Endpoint> => {
  const waiting: ServerResponse[] = []
  const events: SentryEvent[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const text = String(request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body)
    endpoint.raw += text
    events.push(...eventsIn(text))
    if (endpoint.manner === 'cuts the connection') return void request.socket.destroy()
    if (endpoint.manner === 'never answers') return void waiting.push(response)
    response.writeHead(endpoint.manner === 'accepts' ? 200 : 500, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const endpoint: Endpoint = {
    dsn: `http://key@127.0.0.1:${port}/1`,
    take: () => events.splice(0).sort((a, b) => idOf(a).localeCompare(idOf(b))),
    raw: '',
    manner: 'accepts',
    release: () => {
      endpoint.manner = 'accepts'
      for (const response of waiting.splice(0)) response.end('{}')
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return endpoint
}

const idOf = ({ tags }: SentryEvent): string => String(tags?.['lpipe.message_id'])

/** An envelope is lines of JSON: its header, then for each item a header and a payload. */
const eventsIn = (envelope: string): SentryEvent[] => {
  const [, ...lines] = envelope.split('\n').map((line): unknown => (line === '' ? undefined : JSON.parse(line)))
  return lines.flatMap((header, index) =>
    (header as { readonly type?: string } | undefined)?.type === 'event' ? [lines[index + 1] as SentryEvent] : [],
  )
}
