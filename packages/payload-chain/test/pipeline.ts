import { batchDecoder } from '@lpipe/batch-decoder'
import type { AnyFunction, Message } from '@lpipe/core'
import {
  batchOf,
  completeBatch,
  enterMiddleware,
  guardResponse,
  type InvocationBatch,
  isPending,
  reject,
} from '@lpipe/core/middleware'
import { defineSender, type SenderDefinition } from '@lpipe/core/outbox'
import { errorClassifier } from '@lpipe/error-classifier'
import { messageNormalizer } from '@lpipe/message-normalizer'
import { type PathRouterOptions, pathRouter } from '@lpipe/path-router'
import { type PayloadChainOptions, payloadChain } from '@lpipe/payload-chain'
import { invoke, silentLogger } from '@lpipe/testing'
import middy, { type MiddlewareObj } from '@middy/core'

/** Stands in for batchResponse(): returns the outcomes of the messages. */
export const responseOfOutcomes = (): MiddlewareObj => ({
  before: (request) => {
    enterMiddleware(request, 'batchResponse')
    guardResponse(request)
  },
  after: async (request) => {
    const batch = batchOf(request)
    const guard = guardResponse(request)
    await completeBatch(batch, guard.handlerResponse())
    for (const message of batch.received) if (isPending(message)) reject(batch, message, 'pending')
    guard.respond(outcomes(batch.received), false)
  },
})

export interface Setting {
  /** The function for every message. */
  readonly call?: AnyFunction
  readonly router?: Omit<PathRouterOptions, 'call'>
  readonly chain?: PayloadChainOptions
  readonly context?: object
}

/** Runs an event under the chain, with fast retries, and returns its messages. */
export const run = async (
  event: unknown,
  { call, router, chain, context = {} }: Setting,
): Promise<readonly Message[]> => {
  let batch: InvocationBatch | undefined
  const handler = middy()
    .use([
      responseOfOutcomes(),
      errorClassifier({ logger: silentLogger() }),
      batchDecoder(),
      messageNormalizer({ basic: true }),
      payloadChain({ ...chain, delivery: { retryMillis: 1, ...chain?.delivery } }),
      pathRouter({ ...(call && { call }), ...router }),
    ])
    .before((request) => {
      batch = batchOf(request)
    })
  await invoke(handler, event, context)
  return batch?.received ?? []
}

export const outcomes = (messages: readonly Message[]) => messages.map(({ outcome }) => outcome)

export const reasons = (messages: readonly Message[]) =>
  messages.map(({ result }) => (result?.status === 'rejected' ? String(result.reason) : 'ok'))

/** A sender that takes anything, with parts replaced. */
export const senderWith = (overrides: Partial<SenderDefinition<unknown>>) =>
  defineSender<unknown>({
    maxEntries: 10,
    maxBytes: 1000,
    prepare: ({ body }) => ({ wire: JSON.parse(body), size: 1 }),
    send: async (_, wires) => wires.map(() => undefined),
    ...overrides,
  })
