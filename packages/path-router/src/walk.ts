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
  type Params,
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

/**
 * Finds the path that a payload names.
 *
 * @throws InvalidPathError if the graph has none of this name
 * @throws InvalidConfigurationError if there is no payload
 */
export const resolve = (graph: Graph, payload: Payload | undefined): Path => {
  if (payload === undefined) misconfigured('pathRouter: a message has no payload. Put messageNormalizer() before it')
  const { path: name } = payload
  const path = graph.find(name)
  if (path === undefined) throw new InvalidPathError(`no path is called '${name}'. ${graph.hint}`)
  return path
}

/** Where a walk is on one path. */
interface Frame {
  readonly path: Path
  readonly payload: Payload<Kwargs>
  /** what goes on when this path is done */
  readonly up: Frame | undefined
  step: number
  params: Params | undefined
  function: number
  /** what the last function returned and was not run yet, the first one last */
  payloads: Payload[] | undefined
  next: number
}

/**
 * Runs a payload, and all that it leads to, each to its end before anything else goes on. The paths that it is on are
 * linked frames, so that a long chain costs no call depth, and only what is thenable is awaited.
 *
 * Whoever calls it has looked at the clock: the first function is called without another look.
 *
 * @returns what the last function that ran returned, if that is no payload
 * @throws what ended the walk
 */
export const walk = async (walker: Walker, message: Message, payload: Payload | undefined): Promise<unknown> => {
  const { batch, graph, maxSteps } = walker
  let entered = 0
  let looked = true
  let output: unknown

  /** Begins a path. Its payload is spelled as the graph spells it, and knows where the message came from. */
  const enter = (path: Path, payload: Payload<Kwargs>, up: Frame | undefined): Frame => {
    if (++entered > maxSteps) {
      misconfigured(
        `pathRouter: the message entered more than ${maxSteps} paths, the last one ${path.name}. Does the graph feed itself? If not, raise maxSteps`,
      )
    }
    const ready = payload.path === path.name && payload.eventSource === message.eventSource
    const own = ready ? payload : makePayload(path.name, undefined, payload.kwargs, message.eventSource)
    return { path, payload: own, up, step: 0, params: undefined, function: 0, payloads: undefined, next: 0 }
  }

  let top: Frame | undefined = enter(resolve(graph, payload), payload as Payload<Kwargs>, undefined)
  while (top !== undefined) {
    const { path } = top
    message.path = path.name

    const following = top.payloads?.pop()
    if (following !== undefined) {
      if (following.queue !== undefined) chainOf(batch).hold(message, following.queue, following.kwargs)
      else top = enter(resolve(graph, following), following as Payload<Kwargs>, top)
      continue
    }

    const step = path.steps[top.step]
    if (step === undefined) {
      top = top.up
      continue
    }

    if (top.params === undefined) {
      const params = step.paramsOf(top.payload.kwargs, path.name)
      if (isThenable(params)) looked = false
      top.params = isThenable(params) ? await params : params
    }

    const runnable = step.functions[top.function]
    if (runnable !== undefined) {
      if (!looked && isTimeUp(batch)) throw new FailCatastrophically(`no time is left to run ${runnable.name}`)
      looked = false
      const { seen, given } = top.params
      const kwargs = seen === undefined ? { ...given } : seen[top.function] // a copy: what it does to it is its own affair
      const answer = callFunction(walker, message, top.payload, runnable, kwargs)
      const returned = isThenable(answer) ? await answer : answer
      if (!waits(message)) return undefined // its time was up meanwhile
      top.function += 1
      const payloads = payloadsIn(returned)
      output = payloads === undefined ? returned : undefined
      if (payloads !== undefined) chainOf(batch).check(payloads)
      top.payloads = payloads?.toReversed()
      message.function = undefined
      continue
    }

    const next = step.next[top.next++]
    if (next === undefined) {
      top.step += 1
      top.params = undefined
      top.function = 0
      top.next = 0
    } else if (isQueue(next)) {
      chainOf(batch).hold(message, next, top.params.passed)
    } else {
      top = enter(next, makePayload(next.name, undefined, top.params.passed, message.eventSource), top)
    }
  }
  return output
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
