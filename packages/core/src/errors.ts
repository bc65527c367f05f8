import { kindOf, textOrNone } from './values.ts'

/** What became of a message: done, gone for good on purpose, or still on its queue. */
export type Outcome = 'succeeded' | 'dropped' | 'failed'

/** A registered symbol, so that an error is known whichever copy of this package made it. */
const verdict: unique symbol = Symbol.for('@lpipe/core:verdict') as never

/** The common base of lpipe's errors. Thrown as it is, it counts as unknown. */
export class LpipeError extends Error {
  /** The class's name, and that of its errors. Written out, for a minifier changes what a class is called. */
  static override readonly name: string = 'LpipeError'

  static {
    // On the prototype, so that stacks begin with it; with a setter, for many a constructor says `this.name = ...`.
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

/** Drops the message: it will not come back. It is logged and captured. */
export class FailButContinue extends LpipeError {
  static override readonly name: string = 'FailButContinue'

  get [verdict](): Outcome {
    return 'dropped'
  }
}

/** Keeps the message on its queue, which delivers it again or redrives it to its dead-letter queue. */
export class FailCatastrophically extends LpipeError {
  static override readonly name: string = 'FailCatastrophically'

  /** Seconds until an SQS message is delivered again, 0 to 43,200; else its queue's visibility timeout holds. */
  readonly retryAfterSeconds: number | undefined

  constructor(message?: string, options?: ErrorOptions & { readonly retryAfterSeconds?: number }) {
    super(message, options)
    this.retryAfterSeconds = options?.retryAfterSeconds
  }

  get [verdict](): Outcome {
    return 'failed'
  }
}

/** The path that a message or a payload names does not exist. */
export class InvalidPathError extends FailButContinue {
  static override readonly name: string = 'InvalidPathError'
}

/** The graph, an option or a queue is wrong. */
export class InvalidConfigurationError extends FailCatastrophically {
  static override readonly name: string = 'InvalidConfigurationError'
}

/** @throws InvalidConfigurationError */
export const misconfigured: (what: string) => never = (what) => {
  throw new InvalidConfigurationError(what)
}

/** A message before this one failed, and they must stay in order: it was not tried, and comes back with the other. */
export class NotTried extends FailCatastrophically {
  static override readonly name: string = 'NotTried'
}

/** Looks at what was thrown: a revoked proxy or a getter of its may throw at that. */
export const look = <T>(at: () => T, otherwise: T): T => {
  try {
    return at()
  } catch {
    return otherwise
  }
}

/** Whether an error only tells that its message waits for another one, or for the next invocation. */
export const isNotTried = (error: unknown): boolean => look(() => error instanceof NotTried, false)

/** One thing that is wrong with a payload, as a Standard Schema reports it. */
export interface Issue {
  readonly message: string
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined
}

/** A message is not what its structure or a function's signature demands. */
export class InvalidPayloadError extends FailButContinue {
  static override readonly name: string = 'InvalidPayloadError'

  /** What the schema found, with paths; empty if no schema was asked. May quote the message, unlike `error.message`. */
  get issues(): readonly Issue[] {
    return []
  }
}

/**
 * Tells what an error of one of the three kinds means for its message.
 *
 * @param error whatever was thrown
 * @returns `dropped` for FailButContinue and its kin, `failed` for FailCatastrophically and its kin, else undefined
 */
export const verdictOf = (error: unknown): 'dropped' | 'failed' | undefined =>
  look(() => {
    const said = (error as { readonly [verdict]?: unknown } | null | undefined)?.[verdict]
    return said === 'dropped' || said === 'failed' ? said : undefined // a proxy may say anything
  }, undefined)

/**
 * An error in words, `name: message`, or the kind of a thrown thing that is no Error. Never throws, and never quotes
 * what is no Error.
 *
 * @param error whatever was thrown
 */
export const inWords = (error: unknown): string =>
  look(() => {
    const { name, message } = Object(error) as { readonly name?: unknown; readonly message?: unknown }
    if (typeof message === 'string') return `${textOrNone(name) ?? 'Error'}: ${message}`
    return `${kindOf(error)} was thrown, which is no Error`
  }, 'something was thrown, which is unreadable')
