import { inWords } from './errors.ts'
import type { Message } from './message.ts'
import { isThenable } from './values.ts'

/** What a line says beside its text. */
export type LogFields = Readonly<Record<string, unknown>>

/**
 * What lpipe logs to: console, the Logger of Powertools for AWS Lambda, or pino with a line of glue. A line has a text and
 * one object of fields; the list in these types is what Powertools takes.
 */
export interface Logger {
  debug(message: string, ...fields: LogFields[]): void
  info(message: string, ...fields: LogFields[]): void
  warn(message: string, ...fields: LogFields[]): void
  error(message: string, ...fields: LogFields[]): void
}

/** What a function logs to. */
export interface FunctionLogger {
  debug(message: string, fields?: object): void
  info(message: string, fields?: object): void
  warn(message: string, fields?: object): void
  error(message: string, fields?: object): void
}

/** What a logger must be able to do. */
export const levels = ['debug', 'info', 'warn', 'error'] as const

type Level = (typeof levels)[number]

/** Does one thing with every line, whatever its level. */
type Write = (level: Level, text: string, fields: object | undefined) => void

/** A class, for four functions made anew for each logger would cost more than what they log. */
class Lines implements FunctionLogger {
  readonly #write: Write

  constructor(write: Write) {
    this.#write = write
  }

  debug(text: string, fields?: object): void {
    this.#write('debug', text, fields)
  }

  info(text: string, fields?: object): void {
    this.#write('info', text, fields)
  }

  warn(text: string, fields?: object): void {
    this.#write('warn', text, fields)
  }

  error(text: string, fields?: object): void {
    this.#write('error', text, fields)
  }
}

/** In Lambda's order; the first and the last are beyond what lpipe logs. */
const severity = ['trace', ...levels, 'fatal']

/** How severe a level is; what is no level counts as `info`. */
const severityOf = (level = ''): number => severity.indexOf(level) + 1 || 3

/**
 * The default: JSON lines in the format of Lambda's own, from the level of `AWS_LAMBDA_LOG_LEVEL` on, or from INFO.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
export const jsonLogger = (requestId: string | undefined): Logger =>
  new Lines((level, message, fields) => {
    if (severityOf(level) < severityOf(process.env['AWS_LAMBDA_LOG_LEVEL']?.toLowerCase())) return
    const timestamp = new Date().toISOString()
    const line = { timestamp, level: level.toUpperCase(), requestId, message, ...fields }
    process.stdout.write(`${textOf(line)}\n`)
  })

/** The most errors that a line shows whole, causes counted. */
const most = 20

const textOf = (line: object): string => {
  const shown = new Set<Error>() // an error may be its own cause
  try {
    return JSON.stringify(line, (_, value: unknown) => {
      if (!(value instanceof Error)) return value
      if (shown.has(value) || shown.size === most) return inWords(value)
      shown.add(value)
      const { name, message, stack, cause } = value
      // A cause that is no Error may be a value of the message.
      return { name, message, stack, cause: cause instanceof Error ? cause : cause && inWords(cause) }
    })
  } catch (error) {
    return JSON.stringify({ level: 'ERROR', message: `a log line is no JSON: ${inWords(error)}` })
  }
}

/** The logger of a function: bound to the message that it works for, and to its own name. */
export const boundLogger = (
  logger: Logger,
  { id, index }: Message,
  path: string | undefined,
  name: string,
): FunctionLogger =>
  new Lines((level, text, fields) => logger[level](text, { messageId: id ?? index, path, function: name, ...fields }))

/** Logs a line of lpipe's own. A logger that throws or rejects changes no outcome: there is nobody left to tell. */
export const tell = (
  { logger }: { readonly logger: Logger },
  level: Level,
  text: string,
  ...fields: LogFields[]
): void => {
  try {
    const logged: unknown = logger[level](text, ...fields)
    if (isThenable(logged)) void logged.then(undefined, () => undefined)
  } catch {}
}
