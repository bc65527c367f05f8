import { once } from 'node:events'
import type { RequestListener, Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import kinesalite from 'kinesalite'
import type { Traffic } from './traffic.ts'

/** A Kinesis inside this process. */
export interface KinesisServer {
  readonly endpoint: string
  readonly close: () => Promise<void>
}

/**
 * Starts kinesalite on a port of its own, on the loopback interface.
 *
 * @see https://www.npmjs.com/package/kinesalite
 */
export const startKinesis = async (traffic: Traffic): Promise<KinesisServer> => {
  const server = kinesalite({ createStreamMs: 0, shardLimit: 10_000 })
  const [answer] = server.listeners('request') as [RequestListener]

  server.removeAllListeners('request')
  server.on('request', (request, response) => {
    const body: Buffer[] = []
    request.on('data', (chunk: Buffer) => body.push(chunk))
    request.on('end', () => response.once('close', traffic.arrived(request.headers, parsed(Buffer.concat(body)))))
    answer(request, response)
    // It throws, out of everybody's reach, when a client hangs up.
    request.removeAllListeners('error').on('error', () => undefined)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  return {
    endpoint: `http://127.0.0.1:${port}`,
    close: () => closed(server),
  }
}

/** Closed at once, with the connections that a client keeps open for its next request. */
const closed = async (server: Server): Promise<void> => {
  server.on('connection', (socket) => socket.destroy())
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

const parsed = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined // kinesalite says what is wrong with it
  }
}
