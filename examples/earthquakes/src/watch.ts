import type { Batch, Message } from 'lpipe-preset'

type Outcome = NonNullable<Message['outcome']>
type Handler = (event: never, context: never) => unknown

/** A Lambda's handler that records how its messages ended. Redeliveries are counted again. */
export interface Watched {
  readonly handler: Handler
  readonly counts: Record<Outcome, number>
  /** How each message ended last, by its id. */
  readonly outcomes: ReadonlyMap<string, Outcome>
}

/**
 * Reads the batch that lpipe leaves on the Lambda context, after each invocation.
 *
 * @param afterwards called after that
 */
export const watched = (handler: Handler, afterwards: () => void = () => undefined): Watched => {
  const counts = { succeeded: 0, dropped: 0, failed: 0 }
  const outcomes = new Map<string, Outcome>()

  return {
    counts,
    outcomes,
    handler: async (event: never, context: { readonly lpipe?: Batch }) => {
      try {
        return await handler(event, context as never)
      } finally {
        for (const { id, outcome = 'failed' } of context.lpipe?.received ?? []) {
          counts[outcome] += 1
          if (id !== undefined) outcomes.set(id, outcome)
        }
        afterwards()
      }
    },
  }
}
