import { nonEmptyString, tryOr, typeName } from '../values.ts'

/** What happened to a message: processed, dropped on purpose, or kept on its queue. */
export type Outcome = 'succeeded' | 'dropped' | 'failed'

/** What an error means for its message. */
export type Disposition = 'dropped' | 'failed'

/** A registered symbol, so that an error is recognised whichever copy of this package made it. */
const disposition: unique symbol = Symbol.for('@lpipe/core:disposition') as never

/** The same for the classes that lpipe treats in their own way. */
const kind: unique symbol = Symbol.for('@lpipe/core:kind') as never

type Kind = 'configuration' | 'payload' | 'skipped' | 'undeliverable'

const isKind = (error: unknown, expected: Kind): boolean =>
  tryOr(() => (error as { readonly [kind]?: unknown } | null | undefined)?.[kind] === expected, false)

/** The base class of lpipe's errors. Thrown itself, it counts as an unknown error. */
export class LpipeError extends Error {
  /** The name of the class and of its errors. A minifier changes the names of classes, so it is written out. */
  static override readonly name: string = 'LpipeError'

  static {
    // On the prototype, so that stack traces begin with it. With a setter, because many constructors set `this.name`.
    Object.defineProperty(LpipeError.prototype, 'name', {
      get(this: LpipeError): string {
        return this.constructor.name
      },
      set(this: LpipeError, value: unknown) {
        Object.defineProperty(this, 'name', { value, configurable: true, writable: true })
      },
    })
  }
}

/** Drops the message: it is not delivered again. The error is logged and captured. */
export class FailButContinue extends LpipeError {
  static override readonly name: string = 'FailButContinue'

  get [disposition](): Disposition {
    return 'dropped'
  }
}

/** Keeps the message on its queue, which delivers it again or moves it to its dead-letter queue. */
export class FailCatastrophically extends LpipeError {
  static override readonly name: string = 'FailCatastrophically'

  /** Seconds until SQS delivers the message again, 0 to 43,200. Default: the queue's visibility timeout. */
  readonly retryAfterSeconds: number | undefined

  constructor(message?: string, options?: ErrorOptions & { readonly retryAfterSeconds?: number }) {
    super(message, options)
    this.retryAfterSeconds = options?.retryAfterSeconds
  }

  get [disposition](): Disposition {
    return 'failed'
  }
}

/** A message or a payload names a path that does not exist. */
export class InvalidPathError extends FailButContinue {
  static override readonly name: string = 'InvalidPathError'
}

/** The graph, an option or a queue is wrong. */
export class InvalidConfigurationError extends FailCatastrophically {
  static override readonly name: string = 'InvalidConfigurationError'

  get [kind](): Kind {
    return 'configuration'
  }
}

/** Whether an error is an InvalidConfigurationError. */
export const isInvalidConfiguration = (error: unknown): boolean => isKind(error, 'configuration')

/** @throws InvalidConfigurationError with this text */
export const invalidConfiguration: (text: string) => never = (text) => {
  throw new InvalidConfigurationError(text)
}

/** A message was not processed, because an earlier message of its ordering group failed or because time was up. */
export class SkippedError extends FailCatastrophically {
  static override readonly name: string = 'SkippedError'

  get [kind](): Kind {
    return 'skipped'
  }
}

/**
 * An entry can never be sent, or a message can never end: no retry changes the size, the content, or the number of queues and paths
 * that it passes through.
 */
export class UndeliverableError extends FailCatastrophically {
  static override readonly name: string = 'UndeliverableError'

  get [kind](): Kind {
    return 'undeliverable'
  }
}

/** Whether an error says only that its message was skipped: the cause is the error of another message, or the time. */
export const isSkipped = (error: unknown): boolean => isKind(error, 'skipped')

/** @throws InvalidConfigurationError for a message that the graph, as it is, can never take */
export const refuseMessage: (text: string) => never = (text) => {
  throw Object.defineProperty(new InvalidConfigurationError(text), kind, { value: 'undeliverable' satisfies Kind })
}

/** Whether an error says that no retry helps its message. */
export const isUndeliverable = (error: unknown): boolean => isKind(error, 'undeliverable')

/** One problem of a payload, as a Standard Schema reports it. */
export interface Issue {
  readonly message: string
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined
}

/** A message does not have the structure that lpipe or a function's schema requires. */
export class InvalidPayloadError extends FailButContinue {
  static override readonly name: string = 'InvalidPayloadError'

  /** The issues of the schema, with paths; empty if no schema was involved. May quote the message, unlike `error.message`. */
  get issues(): readonly Issue[] {
    return []
  }

  get [kind](): Kind {
    return 'payload'
  }
}

/** Whether an error is an InvalidPayloadError. */
export const isInvalidPayload = (error: unknown): error is InvalidPayloadError => isKind(error, 'payload')

/**
 * Returns what an error means for its message.
 *
 * @param error any thrown value
 * @returns `dropped` for FailButContinue and subclasses, `failed` for FailCatastrophically and subclasses, otherwise undefined
 */
export const dispositionOf = (error: unknown): Disposition | undefined =>
  tryOr(() => {
    const value = (error as { readonly [disposition]?: unknown } | null | undefined)?.[disposition]
    return value === 'dropped' || value === 'failed' ? value : undefined // a proxy may return anything
  }, undefined)

/** Whether a value is an Error, also of another realm, as Jest's are. */
export const isError = (value: unknown): value is Error =>
  tryOr(() => value instanceof Error || Object.prototype.toString.call(value) === '[object Error]', false)

/**
 * Returns the name of an error's class, or `Error` if it has none.
 *
 * @param error any thrown value
 */
export const errorName = (error: unknown): string =>
  tryOr(() => (isError(error) ? nonEmptyString(error.name) : undefined), undefined) ?? 'Error'

/** What a class or an error code may be called: a sentence in `name` could be a value of the message. */
const identifier = /^[A-Za-z_$][\w$.:-]{0,99}$/

/**
 * Returns the name of an error's class, never a sentence: for tags and metrics, which must have few values.
 *
 * @param error any thrown value
 * @returns for an Error its `name`, otherwise the name of its class; for any other value its type in JSON's words
 */
export const errorType = (error: unknown): string =>
  tryOr(() => {
    if (!isError(error)) return typeName(error)
    const names: readonly unknown[] = [error.name, error.constructor?.name]
    const known = names.filter((name): name is string => typeof name === 'string' && identifier.test(name))
    return known.find((name) => name !== 'Error') ?? 'Error'
  }, 'Error')

/**
 * Returns the message of an error. Never throws, and never quotes a thrown value that is not an Error.
 *
 * @param error any thrown value
 */
export const errorMessage = (error: unknown): string =>
  tryOr(() => {
    if (isError(error)) return typeof error.message === 'string' ? error.message : ''
    return `a value that is not an Error was thrown: ${typeName(error)}`
  }, 'an unreadable value was thrown')

/**
 * Whether an import failed because a package is not installed, not because of another one that it imports.
 *
 * @param error what `import()` or `require()` threw
 */
export const isNotInstalled = (error: unknown, name: string): boolean =>
  /MODULE_NOT_FOUND$/.test(String((error as { readonly code?: unknown } | null)?.code)) &&
  errorMessage(error).includes(`'${name}'`)

/** Returns `name: message` of an error. See `errorMessage`. */
export const describeError = (error: unknown): string => `${errorName(error)}: ${errorMessage(error)}`
