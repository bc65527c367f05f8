import { randomUUID } from 'node:crypto'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { tryOr } from '@lpipe/core/middleware'

/** The folder for files that may be deleted at any time: beside the packages, so that built files find them. */
export const cacheFolder = (folder: string): string => {
  const packages = join(folder, 'node_modules')
  if (existsSync(packages)) return join(packages, '.cache', 'lpipe-dev')
  return dirname(folder) === folder ? join(packages, '.cache', 'lpipe-dev') : cacheFolder(dirname(folder))
}

/** A file or folder in the cache, whose name says which process it belongs to. */
export interface CacheEntry {
  readonly path: string
  readonly kind: string
  readonly isStale: boolean
}

/** Returns the path of a new file or folder of this process. */
export const newEntry = (cache: string, kind: string): string =>
  join(cache, `${kind}-${hostname()}-${process.pid}-${randomUUID()}`)

/** Lists the entries of this machine. A container that shares the folder has another name, and processes that are not seen here. */
export const listEntries = (cache: string): readonly CacheEntry[] =>
  tryOr(() => readdirSync(cache), []).flatMap((name) => {
    const [kind, rest] = name.split(`-${hostname()}-`)
    const pid = Number.parseInt(rest ?? '', 10)
    return kind === undefined || !(pid > 0) ? [] : [{ path: join(cache, name), kind, isStale: !isRunning(pid) }]
  })

/** Removes what servers that were killed have left. */
export const removeStaleEntries = (cache: string): void => {
  for (const { path, isStale } of listEntries(cache)) if (isStale) rmSync(path, { recursive: true, force: true })
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // of another user
  }
}
