import {
  type Batch,
  type Chain,
  type Message,
  misconfigured,
  type Post,
  type PostOptions,
  payloadsIn,
  type Queue,
  type Router,
  reject,
  settle,
} from '@lpipe/core'

/** What the chain does for one invocation. */
export const makeChain = (batch: Batch, options: PostOptions): Chain => {
  /** Most Lambdas send nothing. */
  const post = (queue: Queue): Post => {
    chain.post ??= queue.openPost(batch, options)
    return chain.post
  }
  const chain: Chain = {
    post: undefined,
    check: (payloads) => {
      for (const payload of payloads) {
        if (payload.queue === undefined) routerOf(batch).check(payload)
        else post(payload.queue).check(payload.queue)
      }
    },
    hold: (message, queue, kwargs) => post(queue).hold(message, queue, kwargs),
    release: (message) => chain.post?.release(message),
  }
  return chain
}

/** Runs the payloads that a handler's result for a message holds. */
export const follow = async (batch: Batch, chain: Chain, message: Message): Promise<void> => {
  const payloads = message.result?.status === 'fulfilled' ? payloadsIn(message.result.value) : undefined
  if (payloads !== undefined) {
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
  router ?? misconfigured('payloadChain: a payload names a path. To run it, add pathRouter()')
