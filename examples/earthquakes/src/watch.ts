import type { SystemFunction } from '@lpipe/system'
import type { Batch, Message } from 'lpipe-preset'

type Outcome = NonNullable<Message['outcome']>
type Handler = (event: never, context: never) => unknown

/** Records how the messages of a Lambda ended. Redeliveries are counted again. */
export interface Watched {
  /** Returns a function as it is described, with a handler that is watched. */
  readonly watch: (fn: SystemFunction) => SystemFunction
  readonly counts: Record<Outcome, number>
  /** How each message ended last, by its id. */
  readonly outcomes: ReadonlyMap<string, Outcome>
}

/**
 * Reads the batch that lpipe leaves on the Lambda context, after each invocation.
 *
 * @param afterwards called after that
 * @param wrap what else is done to the handler
 */
export const watched = (
  afterwards: () => void = () => undefined,
  wrap: (handler: Handler) => Handler = (handler) => handler,
): Watched => {
  const counts = { succeeded: 0, dropped: 0, failed: 0 }
  const outcomes = new Map<string, Outcome>()

  const watchedHandler = (handler: Handler) => async (event: never, context: { readonly lpipe?: Batch }) => {
    try {
      return await handler(event, context as never)
    } finally {
      for (const { id, outcome = 'failed' } of context.lpipe?.received ?? []) {
        counts[outcome] += 1
        if (id !== undefined) outcomes.set(id, outcome)
      }
      afterwards()
    }
  }

  return {
    counts,
    outcomes,
    watch: (fn) => ({
      ...fn,
      load: async () => {
        const { handler } = (await fn.load()) as { readonly handler: Handler }
        return { handler: watchedHandler(wrap(handler)) }
      },
    }),
  }
}
