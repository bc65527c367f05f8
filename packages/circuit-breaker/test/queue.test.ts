import { describe, expect, jest, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import { batchResponse } from '@lpipe/batch-response'
import { CircuitOpenError, type CircuitStore, circuitBreaker } from '@lpipe/circuit-breaker'
import { action, FailButContinue, FailCatastrophically, type Message, payload, type Queue, queue } from '@lpipe/core'
import type { SourceQueue } from '@lpipe/core/middleware'
import { errorClassifier } from '@lpipe/error-classifier'
import { messageNormalizer } from '@lpipe/message-normalizer'
import { pathRouter } from '@lpipe/path-router'
import { type PayloadChainOptions, payloadChain } from '@lpipe/payload-chain'
import { invokeWithOutcomes, memoryQueue, memorySenders, silentLogger, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { now, options, seconds } from './clock.ts'

/** The bodies that name a wrong message, and the error that SQS has for it. */
const wrongEntry = Object.assign(new Error('invalid'), { name: 'InvalidMessageContents', $fault: 'client' })

/** A queue whose service is up, down, or slow to answer, and its calls. */
const service = ({ ordered = false } = {}) => {
  const state = { isUp: false, calls: 0 }
  const memory = memoryQueue({
    name: 'orders',
    ordered,
    refuse: ({ order }: { readonly order: unknown }) => {
      if (!state.isUp) throw new Error('connection refused')
      if (order === 'wrong') throw wrongEntry
      return order === 'refused' ? { code: 'Wrong', reason: 'never', senderFault: true } : undefined
    },
  })
  return { state, memory }
}

/** A pipeline that sends each message to a queue, and what it asked of the queue that messages came from. */
const pipelineTo = (to: Queue, chain: PayloadChainOptions = {}) => {
  const delays: number[] = []
  const ran: unknown[] = []
  const sqs: SourceQueue = {
    remove: async () => [],
    postpone: async (secondsOf) => {
      delays.push(...secondsOf.values())
      return []
    },
  }
  const run = ({ order }: { readonly order?: unknown }) => {
    ran.push(order)
    if (order === 'drop') throw new FailButContinue('gone')
    return payload({ queue: to, kwargs: { order } })
  }
  const handler = middy().use([
    batchResponse({ sqs }),
    errorClassifier({ logger: silentLogger() }),
    batchDecoder(),
    messageNormalizer(),
    payloadChain({ delivery: { maxAttempts: 2, retryMillis: 1, lingerMillis: 0 }, ...chain }),
    pathRouter({ paths: { SEND: [action({ functions: [run], includeAllParams: true })] } }),
  ])
  const send = async (orders: readonly unknown[], groupId?: string) => {
    delays.length = 0
    const event = sqsEvent(
      orders.map((order) => ({ path: 'SEND', kwargs: { order } })),
      groupId === undefined ? {} : { name: 'in.fifo', groupId: () => groupId },
    )
    return (await invokeWithOutcomes(handler, event)).outcomes
  }
  return { send, delays, ran }
}

const outcomesOf = (messages: readonly Pick<Message, 'outcome'>[]) => messages.map(({ outcome }) => outcome)

describe('a protected queue', () => {
  test('is not called after failures; its messages fail untried, with the rest of the pause as their delay', async () => {
    const { state, memory } = service()
    const { send, delays } = pipelineTo(circuitBreaker(options).protect(memory.queue))
    expect(outcomesOf(await send([1]))).toEqual(['failed']) // two attempts
    expect(memory.calls).toEqual([1, 1])
    seconds(10)
    const refused = await send([2, 3])
    expect(outcomesOf(refused)).toEqual(['failed', 'failed'])
    expect(refused[0]?.error).toBeInstanceOf(CircuitOpenError)
    expect(refused[0]?.error).toMatchObject({
      message: 'queue memory orders was not called, because its circuit is open. Next try in 20 seconds',
    })
    expect(delays).toEqual([20, 20])
    state.isUp = true
    expect(memory.calls).toEqual([1, 1])
    seconds(20)
    expect(outcomesOf(await send([4]))).toEqual(['succeeded'])
    expect(outcomesOf(await send([5]))).toEqual(['succeeded'])
    expect(memory.sent.map(({ body }) => body)).toEqual([{ order: 4 }, { order: 5 }])
  })

  test('is tried with one entry after the pause; the others follow it', async () => {
    const { state, memory } = service()
    const { send } = pipelineTo(circuitBreaker(options).protect(memory.queue))
    await send([1])
    seconds(30)
    const before = memory.calls.length
    expect(outcomesOf(await send([2, 3, 4]))).toEqual(['failed', 'failed', 'failed'])
    expect(memory.calls.slice(before)).toEqual([1])
    seconds(30)
    state.isUp = true
    expect(outcomesOf(await send([5, 6, 7]))).toEqual(['succeeded', 'succeeded', 'succeeded'])
    expect(memory.calls.slice(before + 1)).toEqual([1, 2])
  })

  test('fails the entries that waited when the circuit opened, with a delay', async () => {
    const { memory } = service()
    const breaker = circuitBreaker({ ...options, failures: 1 })
    const { send, delays } = pipelineTo(breaker.protect(memory.queue))
    const [first] = await send([1, 2, 3])
    expect(memory.calls).toEqual([3])
    expect(first?.error).toBeInstanceOf(FailCatastrophically)
    expect(first?.error).toMatchObject({
      message:
        'could not send to memory orders: CircuitOpen: the queue was not called, because its circuit is open. Next try in 30 seconds',
    })
    expect(delays).toEqual([30, 30, 30])
  })

  test('takes messages at once when its trial has succeeded, although other calls were refused meanwhile', async () => {
    const { state, memory } = service()
    const { promise, resolve } = Promise.withResolvers<void>()
    const slow = queue({
      type: 'memory',
      name: 'slow',
      sender: () => ({
        ...memory,
        maxEntries: 1,
        send: async (to: Queue, wires: readonly unknown[], signal: AbortSignal) => {
          if (state.isUp) await promise
          return memory.send(to, wires as never, signal)
        },
      }),
    })
    const { send } = pipelineTo(circuitBreaker(options).protect(slow))
    await send([1])
    seconds(30)
    state.isUp = true
    const sending = send([2, 3])
    await new Promise((turn) => setImmediate(turn))
    resolve()
    expect(outcomesOf(await sending)).toEqual(['succeeded', 'failed'])
    expect(outcomesOf(await send([3]))).toEqual(['succeeded'])
  })

  test('is tried after a pause, although the clock was set back', async () => {
    const { state, memory } = service()
    const { send } = pipelineTo(circuitBreaker(options).protect(memory.queue))
    await send([1])
    expect((await send([2]))[0]?.error).toBeInstanceOf(CircuitOpenError)
    state.isUp = true
    seconds(-1000)
    expect(outcomesOf(await send([3]))).toEqual(['failed'])
    expect(memory.calls).toEqual([1, 1])
    seconds(31)
    expect(outcomesOf(await send([4]))).toEqual(['succeeded'])
  })

  test('keeps the order of a group', async () => {
    const { state, memory } = service({ ordered: true })
    const { send, ran } = pipelineTo(circuitBreaker(options).protect(memory.queue))
    await send([1, 2, 3], 'one')
    expect(ran).toEqual([1, 2, 3])
    seconds(30)
    state.isUp = true
    await send([1, 2, 3], 'one')
    expect(memory.sent.map(({ body }) => body)).toEqual([{ order: 1 }, { order: 2 }, { order: 3 }])
  })

  test.each(['one factory', 'two factories'])(
    'keeps the order of a group between two queues with one sender, of %s',
    async (factories) => {
      const { promise, resolve } = Promise.withResolvers<void>()
      const memory = memoryQueue({ ordered: true })
      const paths: unknown[] = []
      const slow = {
        ...memory,
        send: async (to: Queue, wires: readonly { readonly queue: Queue }[], signal: AbortSignal) => {
          if (paths.length === 0 && wires[0]?.queue.path === 'FIRST') await promise
          paths.push(...wires.map(({ queue: { path } }) => path))
          return memory.send(to, wires as never, signal)
        },
      }
      const breaker = circuitBreaker(options)
      const shared = () => slow
      const to = (path: string) => {
        const sender = factories === 'one factory' ? shared : () => slow
        return breaker.protect(queue({ type: 'memory', name: 'orders', path, sender }))
      }
      const [first, second] = [to('FIRST'), to('SECOND')]
      const handler = middy().use([
        batchResponse(),
        errorClassifier({ logger: silentLogger() }),
        batchDecoder(),
        messageNormalizer({ basic: true }),
        payloadChain({ delivery: { lingerMillis: 0 } }),
        pathRouter({
          call: () => [payload({ queue: first, kwargs: {} }), payload({ queue: second, kwargs: {} })],
        }),
      ])
      const answered = invokeWithOutcomes(handler, sqsEvent([{}], { name: 'in.fifo', groupId: () => 'one' }))
      await new Promise((turn) => setImmediate(turn))
      resolve()
      await answered
      expect(paths).toEqual(['FIRST', 'SECOND'])
    },
  )

  test('delays the messages whose dead letters it does not take', async () => {
    const { memory } = service()
    const deadLetter = circuitBreaker({ ...options, failures: 1 }).protect(memory.queue)
    const { send, delays } = pipelineTo(memoryQueue().queue, { deadLetter })
    expect(outcomesOf(await send(['drop', 'drop']))).toEqual(['failed', 'failed']) // opens the circuit
    expect(delays).toEqual([30, 30])
    seconds(10)
    expect(outcomesOf(await send(['drop', 'drop']))).toEqual(['failed', 'failed'])
    expect(delays).toEqual([20, 20])
  })

  test('sends no dead letter for a message of a group: it comes back', async () => {
    const { memory } = service({ ordered: true })
    const letters = memoryQueue({ name: 'letters' })
    const breaker = circuitBreaker({ ...options, failures: 1 })
    const { send } = pipelineTo(breaker.protect(memory.queue), { deadLetter: letters.queue })
    expect(outcomesOf(await send([1, 2], 'one'))).toEqual(['failed', 'failed'])
    expect(outcomesOf(await send([1, 2], 'one'))).toEqual(['failed', 'failed'])
    expect(letters.sent).toEqual([])
  })

  test.each(['wrong', 'refused'])('is not down because it refuses an entry that is %s', async (order) => {
    const { state, memory } = service()
    state.isUp = true
    const { send } = pipelineTo(circuitBreaker(options).protect(memory.queue))
    for (const _ of [1, 2, 3]) expect(outcomesOf(await send([order]))).toEqual(['failed'])
    expect(outcomesOf(await send([1]))).toEqual(['succeeded'])
    state.isUp = false
    await send([1])
    seconds(30)
    state.isUp = true
    // As a trial it shows that the service answers.
    const before = memory.calls.length
    expect(outcomesOf(await send([order, 2]))).toEqual(['failed', 'succeeded'])
    expect(memory.calls.slice(before)).toEqual([1, 1])
  })

  test('counts a call that accepts nothing, and none that accepts an entry', async () => {
    const busy = { code: 'Throttled', reason: 'too many', senderFault: false }
    const accepted: unknown[] = []
    const memory = memoryQueue({
      refuse: ({ order }: { readonly order: number }) => {
        if (accepted.includes(order)) return undefined
        return busy
      },
    })
    const { send } = pipelineTo(circuitBreaker(options).protect(memory.queue))
    accepted.push(1)
    expect(outcomesOf(await send([1, 2]))).toEqual(['succeeded', 'failed']) // the second attempt has entry 2 alone
    expect(memory.calls).toEqual([2, 1])
    await send([3])
    expect(memory.calls).toEqual([2, 1, 1])
    expect((await send([1]))[0]?.error).toBeInstanceOf(CircuitOpenError)
  })

  test.each([[undefined], [[]], [[null]]])('counts the invalid answer %j', async (answer) => {
    const memory = memoryQueue()
    const to = queue({
      type: 'memory',
      name: 'odd',
      sender: () => ({ ...memory, send: async () => answer as never }),
    })
    const { send } = pipelineTo(circuitBreaker(options).protect(to))
    await send([1])
    expect((await send([2]))[0]?.error).toBeInstanceOf(CircuitOpenError)
  })

  test('uses the sender of the option `senders`', async () => {
    const { senders, sentTo } = memorySenders()
    const to = queue({ type: 'sqs', name: 'orders' })
    const { send } = pipelineTo(circuitBreaker(options).protect(to), { senders })
    expect(outcomesOf(await send([1]))).toEqual(['succeeded'])
    expect(sentTo('orders')).toEqual([{ order: 1 }])
  })

  test('has the circuit of its breaker, which others may share', async () => {
    const { memory } = service()
    const breaker = circuitBreaker(options)
    const { send } = pipelineTo(breaker.protect(memory.queue))
    await send([1])
    const other = memoryQueue()
    const toOther = pipelineTo(breaker.protect(other.queue))
    expect((await toOther.send([1]))[0]?.error).toBeInstanceOf(CircuitOpenError)
    const apart = pipelineTo(circuitBreaker(options).protect(other.queue))
    expect(outcomesOf(await apart.send([1]))).toEqual(['succeeded'])
  })

  test('is the same queue otherwise, and checks the options of its type', () => {
    const { memory } = service()
    const to = circuitBreaker(options).protect(memory.queue)
    const { sender: _, ...rest } = to
    expect({ ...memory.queue }).toMatchObject(rest)
    expect(to.sender?.()).toMatchObject({ maxEntries: 10 })
    const without = circuitBreaker(options).protect(queue({ type: 'own', name: 'q' }))
    expect(() => without.sender?.()).toThrow(
      "circuitBreaker: no sender for queues of type 'own'. Set `senders: { own: ... }`, or the queue's `sender`",
    )
  })

  test('may share its circuit with other environments; a store that fails stops nothing', async () => {
    const { state, memory } = service()
    state.isUp = true
    const warn = jest.spyOn(process, 'emitWarning').mockReturnValue(undefined)
    const store: CircuitStore = { update: () => Promise.reject(new Error('no table')) }
    const { send } = pipelineTo(circuitBreaker({ ...options, store }).protect(memory.queue))
    expect(outcomesOf(await send([1]))).toEqual(['succeeded'])
    expect(warn).toHaveBeenCalledWith('the store of a circuit breaker failed: Error: no table')
    warn.mockRestore()
  })

  test('of a service that is down for ten minutes, calls fall by more than 90 %', async () => {
    const callsOf = async (protect: (to: Queue) => Queue): Promise<number> => {
      const { memory } = service()
      const { send } = pipelineTo(protect(memory.queue))
      for (let invocation = 0; invocation < 120; invocation += 1) {
        await send([invocation])
        seconds(5)
      }
      return memory.calls.length
    }
    const without = await callsOf((to) => to)
    expect(without).toBe(240)
    expect(await callsOf((to) => circuitBreaker({ now }).protect(to))).toBeLessThanOrEqual(without * 0.1)
  })
})
