import { once } from 'node:events'
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import kinesalite from 'kinesalite'
import { parseJson } from './objects.ts'
import type { Traffic } from './traffic.ts'

/** A Kinesis server in this process. */
export interface KinesisServer {
  readonly endpoint: string
  readonly close: () => Promise<void>
}

/**
 * Starts kinesalite on a free port of the loopback interface.
 *
 * @see https://www.npmjs.com/package/kinesalite
 */
export const startKinesis = async (traffic: Traffic): Promise<KinesisServer> => {
  const server = kinesalite({ createStreamMs: 0, shardLimit: 10_000 })
  const [respond] = server.listeners('request') as [RequestListener]

  server.removeAllListeners('request')
  server.on('request', (request, response) => {
    const body: Buffer[] = []
    request.on('data', (chunk: Buffer) => body.push(chunk))
    request.on('end', () =>
      response.once('close', traffic.arrived(request.headers, parseJson(Buffer.concat(body).toString()))),
    )
    respond(request, response)
    // kinesalite throws when a client disconnects, where no caller can catch it.
    request.removeAllListeners('error').on('error', () => undefined)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: () => closeServer(server),
  }
}

/** Closes the server, and the connections that clients keep open. */
const closeServer = async (server: Server): Promise<void> => {
  server.on('connection', (socket) => socket.destroy())
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}
