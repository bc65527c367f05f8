import type { MessageContent } from '../adapters/envelope.ts'
import type { Headers } from '../adapters/event-source.ts'

/** A message that an opened record holds. */
export class Content implements MessageContent {
  readonly position: number
  readonly headers: Headers | undefined
  readonly #body: unknown
  readonly #isError: boolean

  /** @param isError whether the message cannot be opened: then it ends with `body`, which is the error */
  constructor(position: number, headers: Headers | undefined, body: unknown, isError = false) {
    this.position = position
    this.headers = headers
    this.#body = body
    this.#isError = isError
  }

  body(): unknown {
    if (this.#isError) throw this.#body
    return this.#body
  }
}
