import {
  type Batch,
  type Chain,
  type Message,
  misconfigured,
  type Payload,
  type PostOptions,
  payloadsIn,
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
        if (payload.queue !== undefined) chain.open(payload.queue).check(payload.queue)
        else routerOf(batch).check(payload)
      }
    },
    hold: (message, queue, kwargs) => chain.open(queue).hold(message, queue, kwargs),
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
      chain.check(payloads)
      settle(batch, message, { status: 'fulfilled', value: await runAll(batch, chain, message, payloads) })
    } catch (error) {
      reject(batch, message, error)
    }
  }
  chain.release(message)
}

const runAll = async (batch: Batch, chain: Chain, message: Message, payloads: readonly Payload[]): Promise<unknown> => {
  let output: unknown
  for (const payload of payloads) {
    if (payload.queue !== undefined) chain.hold(message, payload.queue, payload.kwargs)
    else output = await routerOf(batch).run(message, payload)
  }
  return output
}

const routerOf = ({ router }: Batch): NonNullable<Batch['router']> =>
  router ??
  misconfigured('payloadChain: a payload names a path, but no pathRouter() is among the middlewares to run it')
