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

/** Where a walk is on one path. */
interface Frame {
  readonly path: Path
  readonly payload: Payload<Kwargs>
  /** where it goes on when this path is done */
  readonly up: Frame | undefined
  step: number
  params: Params | undefined
  function: number
  /** what the last function returned and was not run yet, the first one last */
  payloads: Payload[] | undefined
  next: number
}

/**
 * Runs a message's payload, and all that it leads to, each to its end before anything else goes on. The paths that it is
 * on are linked frames, so that a long chain costs no call depth, and only what is thenable is awaited.
 *
 * @param looked whether the caller has just looked at the clock: then the first function is called without another look
 * @returns what the last function that ran returned, if that is no payload
 * @throws what ended the walk
 */
export const walk = async (
  walker: Walker,
  message: Message,
  first: Payload | undefined,
  looked = false,
): Promise<unknown> => {
  const { batch, graph, maxSteps } = walker
  const { eventSource } = message
  let mayStart = looked
  let entered = 0
  let output: unknown

  const enter = (path: Path, kwargs: Kwargs, up: Frame | undefined): Frame => {
    if (++entered > maxSteps) {
      misconfigured(
        `pathRouter: the message entered more than ${maxSteps} paths, the last one ${path.name}. Does the graph feed itself? If not, raise maxSteps`,
      )
    }
    const payload = makePayload(path.name, undefined, kwargs, eventSource)
    return { path, payload, up, step: 0, params: undefined, function: 0, payloads: undefined, next: 0 }
  }

  const { path, kwargs } = first ?? noPayload()
  let at: Frame | undefined = enter(resolve(graph, path), kwargs as Kwargs, undefined)
  while (at !== undefined) {
    const { name, steps } = at.path
    message.path = name

    const following = at.payloads?.pop()
    if (following !== undefined) {
      const { path, queue, kwargs } = following
      if (queue === undefined) at = enter(resolve(graph, path), kwargs as Kwargs, at)
      else chainOf(batch).hold(message, queue, kwargs)
      continue
    }

    const step = steps[at.step]
    if (step === undefined) {
      at = at.up
      continue
    }

    if (at.params === undefined) {
      const params = step.paramsOf(at.payload.kwargs, name)
      if (isThenable(params)) mayStart = false
      at.params = isThenable(params) ? await params : params
    }
    const { seen, given, passed }: Params = at.params

    const runnable = step.functions[at.function]
    if (runnable !== undefined) {
      if (!mayStart && isTimeUp(batch)) throw new FailCatastrophically(`no time is left to run ${runnable.name}`)
      mayStart = false
      const own = seen === undefined ? { ...given } : seen[at.function] // a copy: what one does to it is not the others' affair
      const answer = callFunction(walker, message, at.payload, runnable, own)
      output = isThenable(answer) ? await answer : answer
      if (waits(message)) message.function = undefined // else its time was up meanwhile: it stays told where
      at.function += 1
      const payloads = payloadsIn(output)
      if (payloads === undefined) continue
      output = undefined
      chainOf(batch).check(payloads)
      at.payloads = payloads.toReversed()
      continue
    }

    const goal = step.next[at.next++]
    if (goal === undefined) {
      at.step += 1
      at.params = undefined
      at.function = 0
      at.next = 0
    } else if (isQueue(goal)) {
      chainOf(batch).hold(message, goal, passed)
    } else {
      at = enter(goal, passed, at)
    }
  }
  return output
}

/** @throws InvalidConfigurationError */
export const noPayload: () => never = () =>
  misconfigured('pathRouter: the message has no payload. Put messageNormalizer() before it')

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
  return functionChannel.tracePromise(async () => run(kwargs, second), { batch, message, name, payload })
}

/** @throws InvalidConfigurationError without a chain: what was to be sent or run would be lost in silence */
export const chainOf = ({ chain }: Batch): Chain =>
  chain ?? misconfigured('pathRouter: to send, or to run what functions return, put payloadChain() before pathRouter()')
