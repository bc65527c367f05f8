import { AsyncLocalStorage } from 'node:async_hooks'
import type { Batch, Message } from '@lpipe/core'
import type { SentrySdk } from './sdk.ts'

/** Comes back to where a message's functions ran. */
type Return = <Result>(call: () => Result) => Result

/** Where each message's functions ran, with what they told Sentry there. */
export interface Surroundings {
  /** Runs each message's walk in a scope of its own: tags and breadcrumbs of one are not seen on another. */
  readonly giveTo: (batch: Batch) => void
  /** Calls something in the scope of a message. */
  readonly of: <Result>(message: Message, call: () => Result) => Result
}

export const makeSurroundings = (sdk: SentrySdk): Surroundings => {
  const returns = new WeakMap<Message, Return>()

  return {
    giveTo: (batch) => {
      if (sdk.withIsolationScope === undefined) return
      const { around } = batch
      batch.around = (message, walk) => {
        let walked: Promise<unknown> | undefined
        const isolated = (): Promise<unknown> => {
          try {
            sdk.withIsolationScope?.(() => {
              returns.set(message, AsyncLocalStorage.snapshot())
              walked = walk()
            })
          } catch {} // it walks all the same
          return walked ?? walk()
        }
        return around(message, isolated)
      }
    },
    of: (message, call) => {
      const back = returns.get(message)
      return back === undefined ? call() : back(call)
    },
  }
}
