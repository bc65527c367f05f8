import { batchDecoder } from '@lpipe/batch-decoder'
import type { Batch, Message } from '@lpipe/core'
import { errorClassifier } from '@lpipe/error-classifier'
import { messageNormalizer } from '@lpipe/message-normalizer'
import { type PathRouterOptions, pathRouter } from '@lpipe/path-router'
import { type PayloadChainOptions, payloadChain } from '@lpipe/payload-chain'
import { invoke } from '@lpipe/testing'
import middy from '@middy/core'

const quiet = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

export interface Setting {
  /** the function for every message */
  readonly call: NonNullable<PathRouterOptions['call']>
  readonly router?: Omit<PathRouterOptions, 'call'>
  readonly chain?: PayloadChainOptions
  readonly context?: object
}

/** Runs one function for every message, under the chain, and answers with the messages. */
export const run = async (
  event: unknown,
  { call, router, chain, context = {} }: Setting,
): Promise<readonly Message[]> => {
  let batch: Batch | undefined
  const handler = middy()
    .use([errorClassifier({ logger: quiet }), batchDecoder(), messageNormalizer({ basic: true })])
    .use([payloadChain({ retryMillis: 1, ...chain }), pathRouter({ call, ...router })])
    .after((request) => {
      batch = (request.context as { lpipe?: Batch }).lpipe
    })
  await invoke(handler, event, context)
  return batch?.received ?? []
}

export const outcomes = (messages: readonly Message[]) => messages.map(({ outcome }) => outcome)

export const reasons = (messages: readonly Message[]) =>
  messages.map(({ result }) => (result?.status === 'rejected' ? String(result.reason) : 'ok'))
