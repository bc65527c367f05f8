import { describeError, errorMessage, errorName, isError } from '../language/errors.ts'
import { ignoreRejection, isObject, isThenable, setOwn, toPromise, tryOr } from '../values.ts'
import { bareError } from './bare-error.ts'
import type { Message } from './message.ts'
import { safeJson } from './safe-json.ts'

/** The fields of a log line, beside its text. */
export type LogFields = Readonly<Record<string, unknown>>

/**
 * What lpipe logs to: console, the Logger of Powertools for AWS Lambda, or pino with an adapter of one line. A line has a
 * text and one object of fields; the list in these types is what Powertools takes.
 */
export interface Logger {
  debug(message: string, ...fields: LogFields[]): void
  info(message: string, ...fields: LogFields[]): void
  warn(message: string, ...fields: LogFields[]): void
  error(message: string, ...fields: LogFields[]): void
}

/** What a function logs to. Its methods never throw, and work without it: `promise.catch(logger.error)`. A field may be an Error. */
export interface FunctionLogger {
  debug(message: string, ...fields: object[]): void
  info(message: string, ...fields: object[]): void
  warn(message: string, ...fields: object[]): void
  error(message: string, ...fields: object[]): void
}

/** The methods that a logger must have. */
export const levels = ['debug', 'info', 'warn', 'error'] as const

type Level = (typeof levels)[number]

type Write = (level: Level, message: string, fields: readonly unknown[]) => void

type Method = (message: string, ...fields: readonly unknown[]) => void

/** A class with getters, because four functions made anew for each logger would cost more than what they log. */
class LineLogger implements FunctionLogger {
  readonly #write: Write

  constructor(write: Write) {
    this.#write = write
  }

  get debug(): Method {
    return this.#at('debug')
  }

  get info(): Method {
    return this.#at('info')
  }

  get warn(): Method {
    return this.#at('warn')
  }

  get error(): Method {
    return this.#at('error')
  }

  #at(level: Level): Method {
    return (message, ...fields) => this.#write(level, message, fields)
  }
}

/** Lambda's levels in order of severity. */
const severities = ['trace', ...levels, 'fatal']

/** Returns how severe a level is; an unknown level counts as `info`. */
const severityOf = (level = ''): number => severities.indexOf(level) + 1 || 3

/** The fields of a line itself. `toJSON` and `then` would replace the whole line. */
const lineFields = /^(?:timestamp|level|requestId|message|errorType|errorMessage|stackTrace|toJSON|then)$/

/**
 * The default logger: JSON lines in Lambda's format, from the level `AWS_LAMBDA_LOG_LEVEL` on, by default INFO. Never
 * throws, and never loses a line.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
export const jsonLogger = (requestId: string | undefined): Logger =>
  new LineLogger((level, message, fields) => {
    if (severityOf(level) < severityOf(process.env['AWS_LAMBDA_LOG_LEVEL']?.toLowerCase())) return
    const line = { timestamp: new Date().toISOString(), level: level.toUpperCase(), requestId, message }
    process.stdout.write(`${formatLine(line, fieldsOf(fields, lineFields))}\n`)
  })

/** Lambda cuts a longer line, so that it is no longer JSON: 256 KB. */
const maxLineBytes = 256_000

/** More values do not fit into a line. An object that occurs in many places counts in each. */
const maxValues = maxLineBytes / 2

const formatLine = (line: { readonly message: string }, fields: LogFields): string => {
  for (const limits of [{ maxValues }, { maxValues, maxString: 1000, maxItems: 50, maxDepth: 8 }]) {
    const text = tryOr(() => JSON.stringify(safeJson({ ...line, ...lambdaErrorOf(fields), ...fields }, limits)), '')
    // mutant: line-length
    if (text !== '' && Buffer.byteLength(text) <= maxLineBytes) return text
  }
  const { message } = line
  return JSON.stringify({ ...line, message: String(message).slice(0, 1000), truncated: 'the line was too long' })
}

/** Lambda's own members for the error of a line. */
const lambdaErrorOf = ({ error }: LogFields): object =>
  isError(error)
    ? {
        errorType: errorName(error),
        errorMessage: errorMessage(error),
        stackTrace: tryOr(() => String(error.stack).split('\n'), []),
      }
    : {}

/**
 * Returns the fields of a line. An Error becomes the field `error`. Fields whose names the line itself uses move to the
 * field `fields`, so that they replace nothing.
 */
const fieldsOf = (list: readonly unknown[], reserved: RegExp): LogFields =>
  list.length > 1 ? mergedFields(list, reserved) : fieldsOfOne(list[0], reserved)

const mergedFields = (list: readonly unknown[], reserved: RegExp): LogFields => {
  const all = list.map((fields) => fieldsOfOne(fields, reserved))
  const merged = Object.assign({}, ...all) as LogFields
  const moved = all.flatMap((one) => ('fields' in one ? [one['fields']] : []))
  return moved.length > 1 ? { ...merged, fields: moved } : merged
}

const fieldsOfOne = (fields: unknown, reserved: RegExp): LogFields => {
  try {
    if (fields === undefined) return {}
    if (isError(fields)) return { error: fields }
    if (!hasMembers(fields)) return { fields }
    const names = Object.keys(fields)
    const isMoved = (name: string): boolean => reserved.test(name) || name === 'fields'
    if (!names.some((name) => reserved.test(name))) return membersOf(fields, names)
    const others = membersOf(
      fields,
      names.filter((name) => !isMoved(name)),
    )
    return { ...others, fields: membersOf(fields, names.filter(isMoved)) }
  } catch {
    return { fields: '[unreadable]' }
  }
}

/** Whether a value is an object with members of its own: a Map, a Date or a promise is written as one value. */
const hasMembers = (value: unknown): value is LogFields =>
  isObject(value) && (Object.keys(value).length > 0 || Object.getPrototypeOf(value) === Object.prototype)

const membersOf = (value: LogFields, names: readonly string[]): LogFields => {
  const out: Record<string, unknown> = {}
  for (const name of names) {
    try {
      setOwn(out, name, value[name])
    } catch {
      setOwn(out, name, '[unreadable]')
    }
  }
  return out
}

/** The fields of a function's line that name its place, and those of a line of the default logger, of Powertools and of pino. */
const reserved =
  /^(?:timestamp|level|requestId|message|messageId|path|function|toJSON|then|error(?:Type|Message)|stackTrace|service|sampling_rate|cold_start|function_\w+|xray_trace_id|time|pid|hostname|msg)$/

/** Returns the logger of a function: it adds the message's id, the path and the function to each line, and never throws. */
export const boundLogger = (
  logger: Logger,
  { id, index }: Message,
  path: string | undefined,
  functionName: string,
): FunctionLogger =>
  new LineLogger((level, message, fields) =>
    write(logger, level, message, [
      {
        // First, because the last ones of very many fields are cut.
        messageId: id ?? index,
        path,
        function: functionName,
        ...fieldsOf(fields, reserved),
      },
    ]),
  )

/** Logs a line of lpipe, which holds no value of a message. A logger that throws or rejects changes no outcome. */
export const log = (
  { logger }: { readonly logger: Logger },
  level: Level,
  message: string,
  ...fields: LogFields[]
): void =>
  write(
    logger,
    level,
    message,
    fields.map((one) => ('error' in one ? withSafeError(logger, one) : one)),
  )

/** A thrown value that is not an Error may be a value of a message. The default logger writes no members of errors. */
const withSafeError = (logger: Logger, fields: LogFields): LogFields => {
  const { error } = fields
  // mutant: thrown-value-in-log
  if (!isError(error)) return { ...fields, error: describeError(error) }
  if (logger instanceof LineLogger) return fields
  return { ...fields, error: tryOr<unknown>(() => bareError(error), describeError(error)) }
}

/** A logger that cannot write a line may be able to write it with fields that JSON can carry. */
const write = (logger: Logger, level: Level, message: string, fields: LogFields[]): void => {
  for (const isSafe of [false, true]) {
    // mutant: error-of-logger
    try {
      const logged: unknown = logger[level](message, ...(isSafe ? (safeJson(fields) as LogFields[]) : fields))
      // mutant: rejection-of-logger
      if (isThenable(logged)) ignoreRejection(toPromise(logged))
      return
    } catch {}
  }
}
