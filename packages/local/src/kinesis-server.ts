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
  const underWay = new Set<Promise<unknown>>()
  let closing = false

  server.removeAllListeners('request')
  server.on('request', (request, response) => {
    if (closing) {
      request.destroy()
      return
    }
    const answered = new Promise((resolve) => response.once('close', resolve))
    underWay.add(answered)
    answered.then(() => underWay.delete(answered))

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
    close: async () => {
      closing = true
      // It throws, too, when its store is closed under a request.
      await Promise.all(underWay)
      await closed(server)
    },
  }
}

const closed = (server: Server): Promise<unknown> => {
  server.on('connection', (socket) => socket.destroy())
  server.closeAllConnections()
  return new Promise((resolve) => server.close(resolve))
}

const parsed = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString())
  } catch {
    return undefined // kinesalite says what is wrong with it
  }
}
