/** What became of a message: done, gone for good on purpose, or still on its queue. */
export type Outcome = 'succeeded' | 'dropped' | 'failed'

/** A registered symbol, so that an error is known whichever copy of this package made it. */
const verdict: unique symbol = Symbol.for('@lpipe/core:verdict') as never

/** The common base of lpipe's errors. Thrown as it is, it counts as unknown. */
export class LpipeError extends Error {
  /** The name of a class of ours, which a minifier cannot change. */
  static readonly label: string = 'LpipeError'

  override get name(): string {
    const made = this.constructor as typeof LpipeError
    return Object.hasOwn(made, 'label') ? made.label : made.name
  }
}

/** Drops the message: it will not come back. It is logged and captured. */
export class FailButContinue extends LpipeError {
  static override readonly label: string = 'FailButContinue'

  get [verdict](): Outcome {
    return 'dropped'
  }
}

/** Keeps the message on its queue, which delivers it again or redrives it to its dead-letter queue. */
export class FailCatastrophically extends LpipeError {
  static override readonly label: string = 'FailCatastrophically'

  get [verdict](): Outcome {
    return 'failed'
  }
}

/** The path that a message or a payload names does not exist. */
export class InvalidPathError extends FailButContinue {
  static override readonly label = 'InvalidPathError'
}

/** The graph, an option or a queue is wrong. */
export class InvalidConfigurationError extends FailCatastrophically {
  static override readonly label = 'InvalidConfigurationError'
}

/** A message before this one failed, and they must stay in order: it was not tried, and comes back with the other. */
export class NotTried extends FailCatastrophically {
  static override readonly label = 'NotTried'
}

/** One thing that is wrong with a payload, as a Standard Schema reports it. */
export interface Issue {
  readonly message: string
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined
}

/** A message is not what its structure or a function's signature demands. */
export class InvalidPayloadError extends FailButContinue {
  static override readonly label = 'InvalidPayloadError'

  /** What the schema found, with paths; empty if no schema was asked. May quote the message, unlike `error.message`. */
  readonly issues: readonly Issue[]

  constructor(message: string, options: ErrorOptions & { readonly issues?: readonly Issue[] } = {}) {
    super(message, options)
    this.issues = options.issues ?? []
  }
}

/**
 * Tells what an error of one of the three kinds means for its message.
 *
 * @param error whatever was thrown
 * @returns `dropped` for FailButContinue and its kin, `failed` for FailCatastrophically and its kin, else undefined
 */
export const verdictOf = (error: unknown): 'dropped' | 'failed' | undefined =>
  typeof error === 'object' && error !== null
    ? (error as { readonly [verdict]?: 'dropped' | 'failed' })[verdict]
    : undefined
