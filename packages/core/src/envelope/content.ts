import type { MessageContent } from '../adapters/envelope.ts'
import type { Headers } from '../adapters/event-source.ts'

/** A message that an opened record holds. */
export class Content implements MessageContent {
  readonly position: number
  readonly headers: Headers | undefined
  readonly #body: unknown

  constructor(position: number, headers: Headers | undefined, body: unknown) {
    this.position = position
    this.headers = headers
    this.#body = body
  }

  body(): unknown {
    return this.#body
  }
}

/** A message that ends with an error, because it cannot be opened. */
export class Failure implements MessageContent {
  readonly position: number
  readonly headers: Headers | undefined
  readonly #error: unknown

  constructor(position: number, headers: Headers | undefined, error: unknown) {
    this.position = position
    this.headers = headers
    this.#error = error
  }

  body(): never {
    throw this.#error
  }
}
