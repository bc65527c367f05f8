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
import { invoke, type MemoryLogger, memoryLogger } from '@lpipe/testing'
import middy, { type MiddlewareObj } from '@middy/core'

/** Stands in for batchResponse(): returns the outcomes of the messages. */
export const responseOfOutcomes = (): MiddlewareObj => ({
  before: (request) => {
    enterMiddleware(request, 'batchResponse').guard = guardResponse(request)
  },
  after: async (request) => {
    const batch = batchOf(request)
    await completeBatch(batch, batch.guard?.handlerResponse())
    for (const message of batch.received) if (isPending(message)) reject(batch, message, 'pending')
    batch.guard?.respond(outcomes(batch.received), false)
  },
})

export interface Setting {
  /** The function for every message. */
  readonly call?: AnyFunction
  readonly router?: Omit<PathRouterOptions, 'call'>
  readonly chain?: PayloadChainOptions
  readonly context?: object
}

export interface Ran {
  readonly messages: readonly Message[]
  readonly batch: InvocationBatch
  readonly logger: MemoryLogger
}

/** Runs an event under the chain, with fast retries. */
export const runBatch = async (event: unknown, { call, router, chain, context = {} }: Setting): Promise<Ran> => {
  const logger = memoryLogger()
  let batch: InvocationBatch | undefined
  const handler = middy()
    .use([responseOfOutcomes(), errorClassifier({ logger }), batchDecoder(), messageNormalizer({ basic: true })])
    .use([
      payloadChain({ ...chain, delivery: { retryMillis: 1, ...chain?.delivery } }),
      pathRouter({ ...(call && { call }), ...router }),
    ])
    .before((request) => {
      batch = batchOf(request)
    })
  await invoke(handler, event, context)
  const ended = batch as InvocationBatch
  return { messages: ended.received, batch: ended, logger }
}

/** Runs an event under the chain, and returns its messages. */
export const run = async (event: unknown, setting: Setting): Promise<readonly Message[]> =>
  (await runBatch(event, setting)).messages

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
