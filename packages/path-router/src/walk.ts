import {
  type Batch,
  boundLogger,
  type Call,
  type Chain,
  FailCatastrophically,
  functionChannel,
  InvalidPathError,
  isQueue,
  isThenable,
  type Kwargs,
  type Message,
  makePayload,
  misconfigured,
  NotTried,
  type Payload,
  payloadsIn,
  traced,
  waits,
} from '@lpipe/core'
import type { Graph, Path, Runnable } from './graph.ts'

/** What all walks of an invocation have in common. */
export interface Walker {
  readonly batch: Batch
  readonly graph: Graph
  readonly maxSteps: number
  /** a function's second argument, but for what each call has of its own */
  readonly call: Omit<Call, 'payload' | 'logger'>
}

/** Paths that may call each other without a pause: a long chain shall cost no call depth. */
const deepest = 100

/**
 * Runs a message's payload, and all that it leads to, each to its end before anything else goes on. Only what is
 * thenable is awaited.
 *
 * Whoever calls it has looked at the clock: the first function is called without another look.
 *
 * @returns what the last function that ran returned, if that is no payload
 * @throws what ended the walk
 */
export const walk = (walker: Walker, message: Message, first: Payload | undefined): Promise<unknown> => {
  const { batch, graph, maxSteps } = walker
  let entered = 0
  let looked = true
  let output: unknown

  const runPath = async ({ name, steps }: Path, kwargs: Kwargs): Promise<unknown> => {
    if (++entered > maxSteps) {
      misconfigured(
        `pathRouter: the message entered more than ${maxSteps} paths, the last one ${name}. Does the graph feed itself? If not, raise maxSteps`,
      )
    }
    if (entered % deepest === 0) await undefined
    const payload = makePayload(name, undefined, kwargs, message.eventSource)

    for (const { functions, paramsOf, next } of steps) {
      message.path = name
      const params = paramsOf(kwargs, name)
      if (isThenable(params)) looked = false
      const { seen, given, passed } = isThenable(params) ? await params : params

      for (let index = 0; index < functions.length; index++) {
        message.path = name
        const runnable = functions[index] as Runnable
        if (!looked && isTimeUp(batch)) throw new FailCatastrophically(`no time is left to run ${runnable.name}`)
        looked = false
        const own = seen === undefined ? { ...given } : seen[index] // a copy: what one does to it is not the others' affair
        const answer = callFunction(walker, message, payload, runnable, own)
        output = isThenable(answer) ? await answer : answer
        if (!waits(message)) throw new NotTried('its time was up meanwhile')
        message.function = undefined
        const payloads = payloadsIn(output)
        if (payloads === undefined) continue
        output = undefined
        chainOf(batch).check(payloads)
        for (const { path, queue, kwargs } of payloads) {
          if (queue !== undefined) chainOf(batch).hold(message, queue, kwargs)
          else await runPath(resolve(graph, path), kwargs as Kwargs)
        }
      }

      for (const goal of next) {
        if (isQueue(goal)) chainOf(batch).hold(message, goal, passed)
        else await runPath(goal, passed)
      }
    }
    return output
  }

  const { path, kwargs } = first ?? noPayload()
  return runPath(resolve(graph, path), kwargs as Kwargs)
}

/** @throws InvalidConfigurationError */
export const noPayload: () => never = () =>
  misconfigured('pathRouter: a message has no payload. Put messageNormalizer() before it')

/**
 * Finds the path of a name.
 *
 * @throws InvalidPathError if the graph has none
 */
export const resolve = ({ find, hint }: Graph, name: string | undefined): Path => {
  const path = find(name)
  if (path === undefined) throw new InvalidPathError(`no path is called '${name}'. ${hint}`)
  return path
}

/** Whether nothing new may be started: what is left is kept to send and to answer. */
export const isTimeUp = (batch: Batch): boolean => batch.left() <= batch.reserveMillis

/** @throws whatever the function throws */
const callFunction = (
  { batch, call }: Walker,
  message: Message,
  payload: Payload<Kwargs>,
  { name, run }: Runnable,
  kwargs: unknown,
): unknown => {
  message.function = name
  const { state, context, signal } = call
  const logger = boundLogger(batch.logger, message, payload.path, name)
  const second: Call = { payload, state, logger, context, signal }
  if (!functionChannel.hasSubscribers) return run(kwargs, second)
  return traced(functionChannel, { batch, message, name, payload }, async () => run(kwargs, second))
}

/** @throws InvalidConfigurationError without a chain: what was to be sent or run would be lost in silence */
export const chainOf = ({ chain }: Batch): Chain =>
  chain ?? misconfigured('pathRouter: to send, or to run what functions return, put payloadChain() before pathRouter()')
