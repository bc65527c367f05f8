import { FailCatastrophically } from '@lpipe/core'

/** A function or a queue was not called, because its circuit is open. The message stays on its queue. */
export class CircuitOpenError extends FailCatastrophically {
  static override readonly name: string = 'CircuitOpenError'
}

/** Returns seconds for `retryAfterSeconds`. */
export const secondsOf = (millis: number): number => Math.ceil(millis / 1000)

/** @param name what was not called, for example `function ship` */
export const openError = (name: string, millis: number): CircuitOpenError => {
  const retryAfterSeconds = secondsOf(millis)
  const text = `${name} was not called, because its circuit is open. Next try in ${retryAfterSeconds} seconds`
  return new CircuitOpenError(text, { retryAfterSeconds })
}
