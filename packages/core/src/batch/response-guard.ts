import { InvalidConfigurationError } from '../language/errors.ts'

/** The part of a middy request that the guard uses. */
interface GuardedRequest {
  response: unknown
  readonly error?: unknown
  readonly earlyResponse?: unknown
  [guardOf]?: ResponseGuard
}

const guardOf: unique symbol = Symbol.for('@lpipe/core:response-guard') as never

/** Reads and writes `request.response` for lpipe: once each. */
export class ResponseGuard {
  #value: unknown
  #hasResponded = false
  #isLocked = false

  constructor(value: unknown) {
    this.#value = value
  }

  /** Returns the response of the user's handler. */
  handlerResponse(): unknown {
    return this.#value
  }

  /**
   * Sets lpipe's response.
   *
   * @param hasFailures whether another response would delete messages that must stay on their queue
   */
  respond(response: unknown, hasFailures: boolean): void {
    this.#value = response
    this.#hasResponded = true
    this.#isLocked = hasFailures
  }

  /** Called for a read of `request.response`. */
  read(request: GuardedRequest): unknown {
    // middy returned early, and lpipe's `after` did not run.
    if (!this.#hasResponded && request.error === undefined && 'earlyResponse' in request) throw otherResponse()
    return this.#value
  }

  /** Called for an assignment to `request.response`. */
  write(request: GuardedRequest, value: unknown): void {
    if (value === undefined) {
      this.#hasResponded = false
      this.#isLocked = false
    } else if (request.error !== undefined) {
      return // a response after an error would be taken for success
    } else if (this.#isLocked && value !== this.#value) {
      throw otherResponse()
    }
    this.#value = value
  }
}

/** One for all requests: accessors of each request's own would make a hidden class for each, which holds its whole batch. */
const accessors: PropertyDescriptor & ThisType<GuardedRequest> = Object.freeze({
  configurable: true,
  enumerable: true,
  get(this: GuardedRequest): unknown {
    return this[guardOf]?.read(this)
  },
  set(this: GuardedRequest, value: unknown) {
    this[guardOf]?.write(this, value)
  },
})

/**
 * Guards `request.response`, because Lambda takes almost any response for success and deletes the batch: a middleware whose
 * hook returns a value, as an arrow function without braces does, makes middy skip lpipe. Such an invocation throws, so that
 * the batch stays on its queue.
 *
 * @see https://middy.js.org/docs/intro/early-interrupt
 */
export const guardResponse = (request: object): ResponseGuard => {
  const guarded = request as GuardedRequest
  const guard = new ResponseGuard(guarded.response)
  guarded[guardOf] = guard
  Object.defineProperty(guarded, 'response', accessors)
  return guard
}

const otherResponse = (): InvalidConfigurationError =>
  new InvalidConfigurationError(
    'lpipe: another middleware set a response, so that failed or unprocessed messages would be deleted. ' +
      'A hook that returns a value ends the request: use braces, `after: (request) => { ... }`',
  )
