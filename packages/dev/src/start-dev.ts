import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import { InvalidConfigurationError } from '@lpipe/core'
import type { LocalPipeline } from '@lpipe/local'
import { createApp } from './api/app.ts'
import { startEngine } from './engine.ts'
import { checkDevOptions, type DevOptions } from './options.ts'
import { writeSession } from './session.ts'
import { version } from './version.ts'

/** A system that runs on this machine, with its page. */
export interface Dev extends Pick<LocalPipeline, 'send' | 'drained' | 'contents' | 'statistics' | 'clients' | 'urls'> {
  /** The URL of the page, with the token after `#`. */
  readonly url: string
  /** The origin of the page and the API: `http://127.0.0.1:4400`. */
  readonly origin: string
  /** What requests to the API carry: `authorization: Bearer TOKEN`. */
  readonly token: string
  /** The variables by which the AWS SDK of another program reaches the emulators. */
  readonly environment: Readonly<Record<string, string>>
  /** Ends the Lambdas, the emulators and the page. What is in the queues is gone. */
  readonly stop: () => Promise<void>
}

/**
 * Starts a system of Lambdas on this machine: an SQS and a Kinesis server, each Lambda in processes of its own, a page that shows
 * the messages, and its HTTP API. All of it listens on the loopback interface only.
 *
 * @param options either `config`, the file that describes the system, or `system`, its value
 * @throws InvalidConfigurationError if an option is wrong, if the system cannot be built, or if a port is in use
 * @example
 * const dev = await startDev({ config: 'lpipe.config.ts' })
 * console.log(dev.url)
 * await dev.send('orders', [{ path: 'ORDER', kwargs: { item: 'a hat' } }])
 * await dev.stop()
 */
export const startDev = async (options: DevOptions): Promise<Dev> => {
  const checked = checkDevOptions(options)
  const token = checked.token ?? randomBytes(24).toString('base64url')
  const engine = await startEngine(checked)
  const { pipeline, config } = engine
  const portOf = (server: Server): number => (server.address() as AddressInfo).port
  let server: Server | undefined
  try {
    const app = createApp(engine, { token, version, port: () => (server === undefined ? 0 : portOf(server)) })
    server = createServer(getRequestListener(app.fetch))
    await listen(server, checked.port)
  } catch (error) {
    await engine.stop()
    throw error
  }
  const listening = server
  const origin = `http://127.0.0.1:${portOf(listening)}`
  const removeSession =
    config === undefined ? () => undefined : writeSession({ origin, token, pid: process.pid, config })

  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => {
    stopped ??= (async () => {
      removeSession()
      const closed = new Promise((resolve) => listening.close(resolve))
      listening.closeAllConnections()
      await engine.stop()
      await closed
    })()
    return stopped
  }

  const url = `${origin}/#token=${token}`
  for (const line of startLines(url, pipeline.environment)) checked.print(line)

  return {
    url,
    origin,
    token,
    environment: pipeline.environment,
    clients: pipeline.clients,
    urls: pipeline.urls,
    send: pipeline.send,
    drained: pipeline.drained,
    contents: pipeline.contents,
    statistics: pipeline.statistics,
    stop,
  }
}

/** The variables in the order in which people look for them. */
const startLines = (url: string, environment: Readonly<Record<string, string>>): string[] => [
  `Page: ${url}`,
  'For the AWS SDK and the AWS CLI of other programs:',
  ...Object.entries(environment).map(([name, value]) => `  ${name}=${value}`),
]

const listen = async (server: Server, port: number): Promise<void> => {
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new InvalidConfigurationError(
      `startDev: port ${port} of 127.0.0.1 is in use. Stop the program that uses it, or set \`port\``,
      { cause: error },
    )
  }
}
