/** A handler of the user's own, with single middlewares. */
import { batchDecoder } from '@lpipe/batch-decoder'
import { batchResponse } from '@lpipe/batch-response'
import type { LpipeContext } from '@lpipe/core'
import { errorClassifier } from '@lpipe/error-classifier'
import { messageNormalizer } from '@lpipe/message-normalizer'
import middy from '@middy/core'

const handle = async ({ kwargs }: { kwargs: Readonly<Record<string, unknown>> }) => {
  if (kwargs['name'] === 'fail') throw new Error('the ledger is closed')
}

export const handler = middy(async (_event: unknown, { lpipe }: LpipeContext) => {
  // @ts-expect-error a batch has messages, not records
  lpipe.records
  return Promise.allSettled(lpipe.messages.map((message) => handle(message.payload)))
}).use([batchResponse(), errorClassifier({ unhandled: 'retry' }), batchDecoder(), messageNormalizer({ basic: true })])
