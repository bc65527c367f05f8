import {
  type Batch,
  behindFailure,
  type Chain,
  InvalidConfigurationError,
  type Message,
  type Payload,
  payloadsIn,
  reject,
  settle,
} from '@lpipe/core'
import { entryOf, originOf } from './entry.ts'
import { makeOutbox, type Outbox, type OutboxOptions } from './outbox.ts'
import type { Senders } from './senders.ts'

export interface ChainOptions extends OutboxOptions {
  readonly senders: Senders
  readonly maxHops: number
}

/** What the chain does for one invocation. */
export const makeChain = (batch: Batch, options: ChainOptions): Chain => {
  const { senders, maxHops } = options
  let outbox: Outbox | undefined // most Lambdas send nothing

  return {
    check: (payloads) => {
      for (const payload of payloads) {
        if (payload.queue !== undefined) senders.of(payload.queue)
        else routerOf(batch).check(payload)
      }
    },
    hold: (message, queue, kwargs, position) => {
      message.held ??= []
      const origin = `${originOf(batch, message)}-${position ?? message.held.length}`
      message.held.push(entryOf({ batch, message, sender: senders.of(queue), queue, kwargs, origin, maxHops }))
    },
    release: (message) => {
      const { held, outcome } = message
      message.held = undefined
      if (held === undefined || outcome === 'failed' || behindFailure(batch, message)) return
      outbox ??= makeOutbox(batch, options)
      for (const entry of held) outbox.add({ entry, message, sender: senders.of(entry.queue) })
    },
    close: async () => outbox?.close(),
    abandon: async () => outbox?.abandon(),
  }
}

/** Runs the payloads that a handler's result for a message holds. */
export const follow = async (batch: Batch, chain: Chain, message: Message): Promise<void> => {
  if (message.result?.status === 'fulfilled') {
    const payloads = payloadsIn(message.result.value)
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

const routerOf = (batch: Batch): NonNullable<Batch['router']> => {
  if (batch.router !== undefined) return batch.router
  throw new InvalidConfigurationError(
    'payloadChain: a payload names a path, but no pathRouter() is among the middlewares to run it',
  )
}
