import type { IncomingHttpHeaders } from 'node:http'
import { InvalidConfigurationError } from '@lpipe/core'

/**
 * Whether a web page made a request. The AWS SDK of Node.js sends none of these headers. Any page that is open on this machine
 * could otherwise send messages to a server of the loopback interface.
 */
export const isFromBrowser = (headers: IncomingHttpHeaders): boolean =>
  headers.origin !== undefined || headers['sec-fetch-site'] !== undefined

/** The text of the error that such a request gets. */
export const browserRefused = 'requests of web pages are refused'

/** @throws InvalidConfigurationError if the port is in use */
export const listenOn = async (port: number, listen: () => Promise<unknown>): Promise<void> => {
  try {
    await listen()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    throw new InvalidConfigurationError(
      `port ${port} of 127.0.0.1 is in use. Stop the program that uses it, or take another port`,
      {
        cause: error,
      },
    )
  }
}
