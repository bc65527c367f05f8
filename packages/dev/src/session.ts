import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isObject, tryOr } from '@lpipe/core/middleware'
import { cacheFolder } from './build/build.ts'

/** A server that runs: how a tool reaches it. */
export interface DevSession {
  /** `http://127.0.0.1:4400`: the page and the API */
  readonly origin: string
  /** what the header `authorization: Bearer TOKEN` must carry */
  readonly token: string
  readonly pid: number
  /** the configuration file */
  readonly config: string
}

const fileOf = (config: string): string => {
  const name = createHash('sha256').update(config).digest('hex').slice(0, 16)
  return join(cacheFolder(dirname(config)), `session-${name}.json`)
}

/** Writes down how to reach a server, for the same user only. Returns a function that removes it. */
export const writeSession = (session: DevSession): (() => void) => {
  const file = fileOf(session.config)
  mkdirSync(dirname(file), { recursive: true })
  rmSync(file, { force: true })
  writeFileSync(file, JSON.stringify(session), { mode: 0o600 })
  return () => {
    // Another server may have been started meanwhile.
    if (readSession(file)?.pid === session.pid) rmSync(file, { force: true })
  }
}

/**
 * Finds the server that runs for a configuration on this machine.
 *
 * @param config the configuration file, as a path or a `file:` URL
 * @returns undefined if none runs
 * @example
 * const { origin, token } = findDev('lpipe.config.ts') ?? {}
 */
export const findDev = (config: string | URL): DevSession | undefined => {
  const text = String(config)
  const file = text.startsWith('file:') ? fileURLToPath(text) : resolve(text)
  const session = readSession(fileOf(tryOr(() => realpathSync(file), file)))
  return session !== undefined && isRunning(session.pid) ? session : undefined
}

const readSession = (file: string): DevSession | undefined => {
  const session: unknown = tryOr(() => JSON.parse(readFileSync(file, 'utf8')), undefined)
  return isObject(session) ? (session as unknown as DevSession) : undefined
}

const isRunning = (pid: number): boolean => tryOr(() => process.kill(pid, 0), false)
