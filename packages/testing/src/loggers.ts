import type { Logger } from '@lpipe/core'

/** One logged line. */
export interface LoggedLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** A logger that remembers its lines. */
export interface MemoryLogger extends Logger {
  readonly lines: readonly LoggedLine[]
}

/**
 * Makes a logger that logs nothing.
 *
 * @example
 * const tested = middy().use(lpipe({ paths, logger: silentLogger() }))
 */
export const silentLogger = (): Logger => ({
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
})

/**
 * Makes a logger that remembers its lines.
 *
 * @example
 * const logger = memoryLogger()
 * await invoke(middy().use(lpipe({ paths, logger })), sqsEvent([order]))
 * expect(logger.lines.filter(({ level }) => level === 'error')).toEqual([])
 */
export const memoryLogger = (): MemoryLogger => {
  const lines: LoggedLine[] = []
  const at =
    (level: LoggedLine['level']) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void =>
      void lines.push({ level, message, fields })
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
