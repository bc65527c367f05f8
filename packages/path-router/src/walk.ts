import {
  type Batch,
  boundLogger,
  type Call,
  channels,
  FailCatastrophically,
  InvalidConfigurationError,
  InvalidPathError,
  isPayload,
  isQueue,
  isThenable,
  type Kwargs,
  type Message,
  makePayload,
  type Payload,
  payloadsIn,
  waits,
} from '@lpipe/core'
import type { Graph, Path, Runnable } from './graph.ts'
import { type Params, paramsOf } from './params.ts'

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
 */
export const resolve = (graph: Graph, payload: Payload): Path => {
  const path = graph.find(payload.path)
  if (path === undefined) throw new InvalidPathError(`no path is called '${payload.path}'. ${graph.hint}`)
  return path
}

/**
 * The payload that a message begins with: on the graph's own start, if it has one, else on the path that it names,
 * spelled as the graph spells it.
 *
 * @throws InvalidPathError if the graph has no path of this name
 */
export const startOf = (graph: Graph, payload: Payload<Kwargs> | undefined): Payload<Kwargs> => {
  if (payload === undefined) {
    throw new InvalidConfigurationError('pathRouter: the message has no payload. Put messageNormalizer() before it')
  }
  const { name } = graph.start ?? resolve(graph, payload)
  return name === payload.path ? payload : makePayload(name, undefined, payload.kwargs, payload.eventSource)
}

/** Where a walk is on one path. */
interface Frame {
  readonly path: Path
  readonly payload: Payload<Kwargs>
  step: number
  params: Params | undefined
  function: number
  next: number
}

/**
 * Runs a payload, and all that it leads to, each to its end before anything else goes on. What is still to do lies on
 * a stack, so that a long chain costs no call depth, and only what is thenable is awaited.
 *
 * @returns what the last function that ran returned, if that is no payload
 * @throws what ended the walk
 */
export const walk = async (walker: Walker, message: Message, payload: Payload): Promise<unknown> => {
  const { batch, graph, maxSteps } = walker
  const stack: (Frame | Payload)[] = [payload]
  let entered = 0
  let output: unknown

  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    if (isPayload(top)) {
      stack.pop()
      if (top.queue !== undefined) {
        chainOf(batch).hold(message, top.queue, top.kwargs)
      } else {
        entered += 1
        stack.push(enter(resolve(graph, top), top as Payload<Kwargs>, message, entered, maxSteps))
      }
      continue
    }

    const step = top.path.steps[top.step]
    if (step === undefined) {
      stack.pop()
      continue
    }
    message.path = top.path.name
    if (top.params === undefined) {
      const params = paramsOf(step, top.payload.kwargs, top.path.name)
      top.params = isThenable(params) ? await params : params
    }

    const runnable = step.functions[top.function]
    if (runnable !== undefined) {
      const answer = callFunction(walker, message, top.payload, runnable, top.params.seen[top.function])
      const returned = isThenable(answer) ? await answer : answer
      if (!waits(message)) return undefined // its time was up meanwhile
      top.function += 1
      const payloads = payloadsIn(returned)
      output = payloads === undefined ? returned : undefined
      if (payloads !== undefined) {
        chainOf(batch).check(payloads)
        for (const payload of payloads.toReversed()) stack.push(payload)
      }
      message.function = undefined
      continue
    }

    const next = step.next[top.next]
    if (next !== undefined) {
      top.next += 1
      if (isQueue(next)) {
        chainOf(batch).hold(message, next, top.params.passed)
      } else {
        entered += 1
        const payload = makePayload(next.name, undefined, top.params.passed, message.eventSource)
        stack.push(enter(next, payload, message, entered, maxSteps))
      }
      continue
    }

    top.step += 1
    top.params = undefined
    top.function = 0
    top.next = 0
  }
  return output
}

/**
 * Where a path begins. Its payload is spelled as the graph spells it, and knows where the message came from.
 *
 * @throws InvalidConfigurationError if the message has entered more paths than it may
 */
const enter = (path: Path, payload: Payload<Kwargs>, message: Message, entered: number, maxSteps: number): Frame => {
  if (entered > maxSteps) {
    throw new InvalidConfigurationError(
      `pathRouter: the message entered more than ${maxSteps} paths, the last one ${path.name}. ` +
        'Does the graph feed itself? If not, raise maxSteps',
    )
  }
  const ready = payload.path === path.name && payload.eventSource === message.eventSource
  return {
    path,
    payload: ready ? payload : makePayload(path.name, undefined, payload.kwargs, message.eventSource),
    step: 0,
    params: undefined,
    function: 0,
    next: 0,
  }
}

/** @throws whatever the function throws */
const callFunction = (
  { batch, call }: Walker,
  message: Message,
  payload: Payload<Kwargs>,
  { name, run }: Runnable,
  kwargs: unknown,
): unknown => {
  if (batch.left() <= batch.reserveMillis) throw new FailCatastrophically(`no time is left to run ${name}`)
  message.function = name
  const { state, context, signal } = call
  const logger = boundLogger(batch.logger, message, name)
  const second: Call = { payload, state, logger, context, signal }
  if (!channels.function.hasSubscribers) return run(kwargs, second)
  return channels.function.tracePromise(async () => run(kwargs, second), { batch, message, name, payload })
}

/** @throws InvalidConfigurationError without a chain: what was to be sent or run would be lost in silence */
const chainOf = (batch: Batch): NonNullable<Batch['chain']> => {
  if (batch.chain !== undefined) return batch.chain
  throw new InvalidConfigurationError(
    'pathRouter: a function returned a payload, or an action has queues, but no payloadChain() is among the middlewares',
  )
}
