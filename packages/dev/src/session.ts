import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isObject, tryOr } from '@lpipe/core/middleware'
import { cacheFolder, listEntries, newEntry } from './cache.ts'

/** A server that runs: how a tool reaches it. */
export interface DevSession {
  /** `http://127.0.0.1:4400`: the page and the API */
  readonly origin: string
  /** what the header `authorization: Bearer TOKEN` must carry */
  readonly token: string
  readonly pid: number
  /** the configuration file */
  readonly config: string
  /** milliseconds since 1970 */
  readonly startedAt: number
}

/** Each server has a file of its own: several may run for one configuration. */
const sessionKind = (config: string): string =>
  `session-${createHash('sha256').update(config).digest('hex').slice(0, 16)}`

/** Writes down how to reach a server of this process, for the same user only. Returns a function that removes it. */
export const writeSession = (session: Omit<DevSession, 'startedAt'>): (() => void) => {
  const file = newEntry(cacheFolder(dirname(session.config)), sessionKind(session.config))
  mkdirSync(dirname(file), { recursive: true })
  const startedAt = performance.timeOrigin + performance.now() // two may be started within a millisecond
  writeFileSync(file, JSON.stringify({ ...session, startedAt }), { mode: 0o600 })
  return () => rmSync(file, { force: true })
}

/**
 * Finds the server that runs for a configuration on this machine: of several, the one that was started last.
 *
 * @param config the configuration file, as a path or a `file:` URL
 * @returns undefined if none runs
 * @example
 * const { origin, token } = findDev('lpipe.config.ts') ?? {}
 */
export const findDev = (config: string | URL): DevSession | undefined => {
  const text = String(config)
  const given = text.startsWith('file:') ? fileURLToPath(text) : resolve(text)
  const file = tryOr(() => realpathSync(given), given)
  const sessions = listEntries(cacheFolder(dirname(file))).flatMap(({ path, kind, isStale }) => {
    const session = kind !== sessionKind(file) || isStale ? undefined : readSession(path)
    return session === undefined ? [] : [session]
  })
  return sessions.sort((a, b) => b.startedAt - a.startedAt)[0]
}

const readSession = (file: string): DevSession | undefined => {
  const session: unknown = tryOr(() => JSON.parse(readFileSync(file, 'utf8')), undefined)
  return isObject(session) ? (session as unknown as DevSession) : undefined
}
