import { InvalidConfigurationError } from '../language/errors.ts'

/** Reads and writes `request.response` for lpipe: once each. */
export interface ResponseGuard {
  /** Returns the response of the user's handler. */
  readonly handlerResponse: () => unknown
  /**
   * Sets lpipe's response.
   *
   * @param hasFailures whether another response would delete messages that must stay on their queue
   */
  readonly respond: (response: unknown, hasFailures: boolean) => void
}

interface GuardedRequest {
  response: unknown
  readonly error?: unknown
  readonly earlyResponse?: unknown
}

/**
 * Guards `request.response`, because Lambda takes almost any response for success and deletes the batch: a middleware whose
 * hook returns a value, as an arrow function without braces does, makes middy skip lpipe. Such an invocation throws, so that
 * the batch stays on its queue.
 *
 * @see https://middy.js.org/docs/intro/early-interrupt
 */
export const guardResponse = (request: object): ResponseGuard => {
  const guarded = request as GuardedRequest
  let value: unknown = guarded.response
  let responded = false
  let locked = false

  Object.defineProperty(guarded, 'response', {
    configurable: true,
    enumerable: true,
    get: () => {
      // middy returned early, and lpipe's `after` did not run.
      if (!responded && guarded.error === undefined && 'earlyResponse' in guarded) throw returnedEarly()
      return value
    },
    set: (next: unknown) => {
      if (next === undefined) {
        responded = false
        locked = false
      } else if (guarded.error !== undefined) {
        return // a response after an error would be taken for success
      } else if (locked && next !== value) {
        throw returnedEarly()
      }
      value = next
    },
  })

  return {
    handlerResponse: () => value,
    respond: (response, hasFailures) => {
      value = response
      responded = true
      locked = hasFailures
    },
  }
}

const returnedEarly = (): InvalidConfigurationError =>
  new InvalidConfigurationError(
    'lpipe: another middleware set a response, so that failed or unprocessed messages would be deleted. ' +
      'A hook that returns a value ends the request: use braces, `after: (request) => { ... }`',
  )
