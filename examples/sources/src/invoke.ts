import type { Context } from 'aws-lambda'
import type { LpipeContext } from 'lpipe-preset'
import { handler } from './lambda.ts'

/** How many messages ended in each way; a message that is delivered again counts again. */
export interface Counts {
  received: number
  succeeded: number
  dropped: number
  failed: number
}

export const noCounts = (): Counts => ({ received: 0, succeeded: 0, dropped: 0, failed: 0 })

/** Invokes the Lambda, adds to the counts, and returns the identifiers of the failed records. */
export const invoke = async (event: object, counts: Counts): Promise<string[]> => {
  const context = { functionName: 'sources', getRemainingTimeInMillis: () => 10_000 } as Context
  const response = (await handler(event, context)) as {
    readonly batchItemFailures: readonly { readonly itemIdentifier: string }[]
  }
  for (const { outcome = 'failed' } of (context as unknown as LpipeContext).lpipe.received) {
    counts.received++
    counts[outcome]++
  }
  return response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
}
