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

/** A logger that does one thing with every line. */
abstract class Lines implements FunctionLogger {
  protected abstract write(level: Level, text: string, fields: object | undefined): void

  debug(text: string, fields?: object): void {
    this.write('debug', text, fields)
  }

  info(text: string, fields?: object): void {
    this.write('info', text, fields)
  }

  warn(text: string, fields?: object): void {
    this.write('warn', text, fields)
  }

  error(text: string, fields?: object): void {
    this.write('error', text, fields)
  }
}

/** In Lambda's order; `TRACE` and `FATAL` are beyond what lpipe logs. */
const severity = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL']

/** How severe a level is; what is no level counts as INFO. */
const severityOf = (level = 'INFO'): number => severity.indexOf(level) + 1 || 3

/**
 * The default: JSON lines in the format of Lambda's own, from the level of `AWS_LAMBDA_LOG_LEVEL` on, or from INFO.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
class JsonLogger extends Lines {
  readonly #requestId: string | undefined

  constructor(requestId: string | undefined) {
    super()
    this.#requestId = requestId
  }

  protected write(level: Level, message: string, fields: object | undefined): void {
    const name = level.toUpperCase()
    if (severityOf(name) < severityOf(process.env['AWS_LAMBDA_LOG_LEVEL'])) return
    const line = { timestamp: new Date().toISOString(), level: name, requestId: this.#requestId, message, ...fields }
    process.stdout.write(`${textOf(line)}\n`)
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
const plainError = ({ name, message, stack, cause }: Error, depth = 0): object => ({
  name,
  message,
  stack,
  ...(cause !== undefined &&
    depth < deepest && { cause: cause instanceof Error ? plainError(cause, depth + 1) : inWords(cause) }),
})

/** A logger that says with each line which message and function it is about. */
class BoundLogger extends Lines {
  readonly #logger: Logger
  readonly #message: Message
  readonly #path: string | undefined
  readonly #name: string

  constructor(logger: Logger, message: Message, path: string | undefined, name: string) {
    super()
    this.#logger = logger
    this.#message = message
    this.#path = path
    this.#name = name
  }

  protected write(level: Level, text: string, fields: object | undefined): void {
    const { id, index } = this.#message
    this.#logger[level](text, { messageId: id ?? index, path: this.#path, function: this.#name, ...fields })
  }
}

/** The logger of a function: bound to the message that it works for, and to its own name. */
export const boundLogger = (logger: Logger, message: Message, path: string | undefined, name: string): FunctionLogger =>
  new BoundLogger(logger, message, path, name)

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
