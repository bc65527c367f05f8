import { batchDecoder } from '@lpipe/batch-decoder'
import type { Batch, Logger, Message } from '@lpipe/core'
import { type BatchHooks, batchOf, completeBatch, enterMiddleware, openBatch } from '@lpipe/core/middleware'
import { messageNormalizer } from '@lpipe/message-normalizer'
import { type PathRouterOptions, pathRouter } from '@lpipe/path-router'
import { invoke, silentLogger } from '@lpipe/testing'
import middy, { type MiddlewareObj } from '@middy/core'

/** Stands in for batchResponse(), whose package depends on this one: returns the settled results. */
export const response = (): MiddlewareObj => ({
  before: (request) => void enterMiddleware(request, 'batchResponse'),
  after: async (request) => {
    const batch = batchOf(request)
    await completeBatch(batch, request.response)
    request.response = batch.received.map(({ result }) => result)
  },
})

/** Registers hooks, as a middleware between batchResponse() and batchDecoder() does. */
export const hooks = (registered: BatchHooks): MiddlewareObj => ({
  before: (request) => openBatch(request).use(registered),
})

/**
 * The least that the router requires of a chain: it buffers what is sent until the message ends. The real one is tested
 * with the real router in its own package, which depends on this one.
 */
const leastChain = (sent: unknown[]): MiddlewareObj => ({
  before: (request) => {
    const batch = batchOf(request)
    const buffered = new Map<Message, unknown[]>()
    const send = (message: Message, kwargs: unknown): undefined => {
      buffered.set(message, [...(buffered.get(message) ?? []), kwargs])
    }
    batch.use({
      chain: {
        check: (message, payloads) => {
          for (const one of payloads) if (one.queue === undefined) batch.router?.check(message, one)
        },
        follow: async (message, payloads, runPayload) => {
          for (const one of payloads) {
            if (one.queue === undefined) await runPayload(one)
            else send(message, one.kwargs)
          }
        },
        send: (message, _, kwargs) => send(message, kwargs),
        commit: (message) => {
          const entries = message.outcome === 'failed' ? [] : (buffered.get(message) ?? [])
          sent.push(...entries)
          return entries.length > 0
        },
        followResults: async () => undefined,
        flush: async () => undefined,
        abandon: async () => undefined,
      },
    })
  },
})

/** Returns a handler with the router and what it requires. */
export const pipeline = (options: object, sent: unknown[] = [], logger: Logger = silentLogger()) => {
  const { call, defaultPath } = options as PathRouterOptions
  return middy().use([
    response(),
    hooks({ logger }),
    batchDecoder(),
    messageNormalizer({ basic: Boolean(call ?? defaultPath) }),
    leastChain(sent),
    pathRouter(options as PathRouterOptions),
  ])
}

/** Runs the router with what it requires, and returns the batch. */
export const run = async (
  options: object,
  event: unknown,
  context: object = {},
  sent: unknown[] = [],
  logger?: Logger,
): Promise<Batch> => {
  let batch: Batch | undefined
  const handler = pipeline(options, sent, logger).after(({ context: own }) => {
    batch = (own as { lpipe?: Batch }).lpipe
  })
  await invoke(handler, event, context)
  return batch as Batch
}
