import { once } from 'node:events'
import type { RequestListener, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import kinesalite from 'kinesalite'
import { parseJson } from './objects.ts'
import { browserRefused, isFromBrowser, listenOn } from './server-access.ts'
import type { Traffic } from './traffic.ts'

/** A Kinesis server in this process. */
export interface KinesisServer {
  readonly endpoint: string
  readonly close: () => Promise<void>
}

/**
 * Starts kinesalite on the loopback interface.
 *
 * @param port 0: a free one
 * @see https://www.npmjs.com/package/kinesalite
 */
export const startKinesis = async (traffic: Traffic, port = 0): Promise<KinesisServer> => {
  const server = kinesalite({ createStreamMs: 0, shardLimit: 10_000 })
  const [respond] = server.listeners('request') as [RequestListener]

  server.removeAllListeners('request')
  server.on('request', (request, response) => {
    if (isFromBrowser(request.headers)) {
      response.writeHead(403).end(browserRefused)
      return
    }
    const { headers } = request
    const body: Buffer[] = []
    request.on('data', (chunk: Buffer) => body.push(chunk))
    request.on('end', () => {
      const content = parseJson(Buffer.concat(body).toString())
      response.once('close', traffic.arrived(headers, content))
      const { answered } = traffic
      if (answered === undefined) return
      whenAnswered(response, (answer) =>
        answered({ service: 'kinesis', request: content, response: parseJson(answer) }, headers),
      )
    })
    respond(request, response)
    // kinesalite throws when a client disconnects, where no caller can catch it.
    request.removeAllListeners('error').on('error', () => undefined)
  })
  await listenOn(port, () => {
    server.listen(port, '127.0.0.1')
    return once(server, 'listening')
  })
  const address = server.address() as AddressInfo

  return {
    endpoint: `http://127.0.0.1:${address.port}`,
    close: () => closeServer(server),
  }
}

/** kinesalite ends each response with its whole text. */
const whenAnswered = (response: ServerResponse, listen: (text: string) => void): void => {
  const { end } = response
  response.end = ((...args: Parameters<typeof end>) => {
    const [content] = args as readonly unknown[]
    if (typeof content === 'string' || Buffer.isBuffer(content)) listen(content.toString())
    return end.apply(response, args)
  }) as typeof end
}

/** Closes the server, and the connections that clients keep open. */
const closeServer = async (server: Server): Promise<void> => {
  server.on('connection', (socket) => socket.destroy())
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
