import {
  type Batch,
  type Chain,
  type Message,
  misconfigured,
  type PostOptions,
  payloadsIn,
  type Router,
  reject,
  settle,
} from '@lpipe/core'

/** What the chain does for one invocation. */
export const makeChain = (batch: Batch, options: PostOptions): Chain => {
  const chain: Chain = {
    post: undefined, // most Lambdas send nothing
    open: (queue) => {
      chain.post ??= queue.openPost(batch, options)
      return chain.post
    },
    check: (payloads) => {
      for (const payload of payloads) {
        if (payload.queue === undefined) routerOf(batch).check(payload)
        else chain.open(payload.queue).check(payload.queue)
      }
    },
    hold: (message, queue, kwargs) => chain.open(queue).hold(message, queue, kwargs),
    release: (message) => chain.post?.release(message),
  }
  return chain
}

/** Runs the payloads that a handler's result for a message holds. */
export const follow = async (batch: Batch, chain: Chain, message: Message): Promise<void> => {
  const payloads = message.result?.status === 'fulfilled' ? payloadsIn(message.result.value) : []
  if (payloads.length > 0) {
    message.result = undefined // it waits again, until all that it leads to has run
    message.outcome = undefined
    try {
      let value: unknown
      chain.check(payloads)
      for (const payload of payloads) {
        if (payload.queue === undefined) value = await routerOf(batch).run(message, payload)
        else chain.hold(message, payload.queue, payload.kwargs)
      }
      settle(batch, message, { status: 'fulfilled', value })
    } catch (error) {
      reject(batch, message, error)
    }
  }
  chain.release(message)
}

const routerOf = ({ router }: Batch): Router =>
  router ?? misconfigured('payloadChain: to run paths, it needs pathRouter() after it')
