import { errorMessage, errorName, InvalidConfigurationError } from '../language/errors.ts'

/** The part of a middy request that the guard uses. */
interface GuardedRequest {
  response: unknown
  error?: unknown
  [guardOf]?: ResponseGuard
}

const guardOf: unique symbol = Symbol.for('@lpipe/core:response-guard') as never

/** Reads and writes `request.response` for lpipe: once each. */
export class ResponseGuard {
  readonly #request: GuardedRequest
  /** The response, once it is protected. */
  #value: unknown
  /** The records that it reports. */
  #reported: readonly unknown[] = []
  /** Whether the response was removed, as middy does after an error. */
  #isRemoved = false
  /** The error, once the invocation has failed. */
  #error: unknown

  constructor(request: GuardedRequest) {
    this.#request = request
  }

  /** Returns the response of the user's handler. */
  handlerResponse(): unknown {
    return this.#request.response
  }

  /**
   * Sets lpipe's response.
   *
   * @param hasFailures whether another response would delete messages that must stay on their queue
   */
  respond(response: unknown, hasFailures: boolean): void {
    // mutant: protected-response
    if (hasFailures) this.#protect(response)
    else this.#request.response = response
  }

  /** Ends the invocation with its error: a response that another hook sets or returns would be taken for success. */
  fail(): void {
    const { error } = this.#request
    this.#error = isEarlyResponse(error) ? otherResponse() : error
    this.#protect(undefined)
    Object.defineProperty(this.#request, 'error', errorAccessors)
  }

  /** Called for a read of the error of an invocation that has failed. */
  readError(): unknown {
    return this.#error
  }

  /** Called for an error after the invocation has failed. That a hook returned a value does not replace the real one. */
  writeError(error: unknown): void {
    if (!isEarlyResponse(error)) this.#error = error
  }

  /**
   * Called for a read of a protected response.
   *
   * @throws InvalidConfigurationError if it does not report a failed record any more
   */
  read(): unknown {
    // An error alone may be of a hook that sets it: then the messages that failed must be reported all the same.
    // mutant: error-beside-response
    if (this.#isRemoved && this.#request.error !== undefined) return undefined
    const reported = new Set(reportedBy(this.#value))
    // mutant: removed-failures
    if (this.#reported.every((identifier) => reported.has(identifier))) return this.#value
    throw otherResponse()
  }

  /** Called for an assignment to a protected response. */
  write(value: unknown): void {
    if (value === undefined) this.#isRemoved = true
    else if (this.#request.error === undefined) {
      this.#isRemoved = false
      if (value !== this.#value) throw otherResponse()
    }
  }

  #protect(response: unknown): void {
    this.#value = response
    this.#reported = reportedBy(response)
    Object.defineProperty(this.#request, 'response', accessors)
  }
}

/**
 * One for all requests: accessors of each request's own would make a hidden class for each, which holds its whole batch. Not
 * configurable, because an invocation whose response or error was removed would count as a success.
 */
const accessors: PropertyDescriptor & ThisType<GuardedRequest> = Object.freeze({
  configurable: false,
  enumerable: true,
  get(this: GuardedRequest): unknown {
    return this[guardOf]?.read()
  },
  set(this: GuardedRequest, value: unknown) {
    this[guardOf]?.write(value)
  },
})

const errorAccessors: PropertyDescriptor & ThisType<GuardedRequest> = Object.freeze({
  configurable: false,
  enumerable: true,
  get(this: GuardedRequest): unknown {
    return this[guardOf]?.readError()
  },
  set(this: GuardedRequest, error: unknown) {
    this[guardOf]?.writeError(error)
  },
})

/** Whether an error is V8's for the member that middy could not add. */
const isEarlyResponse = (error: unknown): boolean =>
  errorName(error) === 'TypeError' && errorMessage(error).includes('earlyResponse')

/**
 * Returns the guard of a request, which it makes at the first call. It guards `request.response`, because Lambda takes almost any
 * response for success and deletes the batch: if a hook returns a value, as an arrow function without braces does, middy adds the
 * member `earlyResponse` to the request and skips lpipe. Nothing can be added to a guarded request, so that such an invocation
 * throws and the batch stays on its queue.
 *
 * An accessor from the beginning would make each later access to the request slow: a batch of one would take a fifth longer.
 *
 * @see https://middy.js.org/docs/intro/early-interrupt
 */
export const guardResponse = (request: object): ResponseGuard => {
  const guarded = request as GuardedRequest
  const present = guarded[guardOf]
  if (present !== undefined) return present
  const guard = new ResponseGuard(guarded)
  guarded[guardOf] = guard
  // mutant: guarded-request
  Object.preventExtensions(guarded)
  return guard
}

/** Returns the identifiers of the records that a response reports. */
const reportedBy = (response: unknown): readonly unknown[] => {
  const { batchItemFailures } = Object(response) as { readonly batchItemFailures?: unknown }
  if (!Array.isArray(batchItemFailures)) return []
  return batchItemFailures.map(
    (item: unknown) => (Object(item) as { readonly itemIdentifier?: unknown }).itemIdentifier,
  )
}

const otherResponse = (): InvalidConfigurationError =>
  new InvalidConfigurationError(
    'lpipe: another middleware set a response, so that failed or unprocessed messages would be deleted. ' +
      'A hook that returns a value ends the request: use braces, `after: (request) => { ... }`',
  )
