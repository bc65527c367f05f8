import type { Kwargs } from '@lpipe/core'
import type { Envelope } from '@lpipe/core/envelope'
import { invokeWithOutcomes, silentLogger } from '@lpipe/testing'
import middy from '@middy/core'
import { type LpipeOptions, lpipe } from 'lpipe-preset'

/** What an invocation did. */
export interface Ran {
  /** The kwargs of each call, in order. */
  readonly seen: readonly Kwargs[]
  /** The outcome of each message, with its error. */
  readonly outcomes: readonly string[]
  readonly response: unknown
  readonly error: unknown
}

/** Invokes a Lambda whose only function takes whole bodies. */
export const run = (event: unknown, envelopes: readonly Envelope[], options: object = {}): Promise<Ran> =>
  runPaths(event, envelopes, (see) => ({ call: see, ...options }))

/** Invokes a Lambda with paths. */
export const runPaths = async (
  event: unknown,
  envelopes: readonly Envelope[],
  optionsOf: (see: (kwargs: Kwargs) => void) => object,
): Promise<Ran> => {
  const seen: Kwargs[] = []
  const options = { logger: silentLogger(), envelopes, ...optionsOf((kwargs) => void seen.push(kwargs)) }
  const handler = middy().use(lpipe(options as LpipeOptions))
  const { response, error, outcomes } = await invokeWithOutcomes(handler, event)
  return {
    seen,
    outcomes: outcomes.map((one) => (one.error === undefined ? one.outcome : `${one.outcome}: ${one.error}`)),
    response,
    error,
  }
}
