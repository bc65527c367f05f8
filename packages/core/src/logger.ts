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

type Level = keyof Logger

/** In Lambda's order; `TRACE` and `FATAL` are beyond what lpipe logs. */
const severity: Readonly<Record<string, number>> = { TRACE: 0, DEBUG: 1, INFO: 2, WARN: 3, ERROR: 4, FATAL: 5 }

/**
 * The default: JSON lines in the format of Lambda's own, from the level of `AWS_LAMBDA_LOG_LEVEL` on, or from INFO.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
class JsonLogger implements FunctionLogger {
  readonly #requestId: string | undefined

  constructor(requestId: string | undefined) {
    this.#requestId = requestId
  }

  #write(level: Level, message: string, fields: object | undefined): void {
    const name = level.toUpperCase()
    if (Number(severity[name]) < (severity[process.env['AWS_LAMBDA_LOG_LEVEL'] ?? 'INFO'] ?? 2)) return
    const line = { timestamp: new Date().toISOString(), level: name, requestId: this.#requestId, message, ...fields }
    process.stdout.write(`${textOf(line)}\n`)
  }

  debug(message: string, fields?: object): void {
    this.#write('debug', message, fields)
  }

  info(message: string, fields?: object): void {
    this.#write('info', message, fields)
  }

  warn(message: string, fields?: object): void {
    this.#write('warn', message, fields)
  }

  error(message: string, fields?: object): void {
    this.#write('error', message, fields)
  }
}

export const jsonLogger = (requestId: string | undefined): Logger => new JsonLogger(requestId)

const textOf = (line: object): string => {
  try {
    return JSON.stringify(line, (_, value: unknown) => (value instanceof Error ? plainError(value) : value))
  } catch (error) {
    return JSON.stringify({ level: 'ERROR', message: `a log line is no JSON: ${inWords(error)}` })
  }
}

/** The most causes of an error that are logged. */
const deepest = 5

/** An error as fields: its name, message and stack, and its chain of causes. No values of messages. */
const plainError = (error: Error, depth = 0): object => ({
  name: error.name,
  message: error.message,
  stack: error.stack,
  ...(error.cause === undefined || depth === deepest
    ? {}
    : { cause: error.cause instanceof Error ? plainError(error.cause, depth + 1) : inWords(error.cause) }),
})

/** A logger that says with each line which message and function it is about. Made for each call: it does no work then. */
class BoundLogger implements FunctionLogger {
  readonly logger: Logger
  readonly message: Message
  readonly path: string | undefined
  readonly name: string

  constructor(logger: Logger, message: Message, name: string) {
    this.logger = logger
    this.message = message
    this.path = message.path
    this.name = name
  }

  write(level: Level, text: string, fields: object | undefined): void {
    const { message, path, name } = this
    this.logger[level](text, { messageId: message.id ?? message.index, path, function: name, ...fields })
  }

  debug(message: string, fields?: object): void {
    this.write('debug', message, fields)
  }

  info(message: string, fields?: object): void {
    this.write('info', message, fields)
  }

  warn(message: string, fields?: object): void {
    this.write('warn', message, fields)
  }

  error(message: string, fields?: object): void {
    this.write('error', message, fields)
  }
}

/** The logger of a function: bound to the message that it works for, and to its own name. */
export const boundLogger = (logger: Logger, message: Message, name: string): FunctionLogger =>
  new BoundLogger(logger, message, name)

/** Logs a line of lpipe's own. A logger that throws or rejects changes no outcome: there is nobody left to tell. */
export const tell = (logger: Logger, level: Level, text: string, ...fields: LogFields[]): void => {
  try {
    const logged: unknown = logger[level](text, ...fields)
    if (isThenable(logged)) void logged.then(undefined, () => undefined)
  } catch {}
}
