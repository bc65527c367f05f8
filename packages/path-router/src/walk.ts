import {
  type Batch,
  boundLogger,
  type Call,
  type Chain,
  FailCatastrophically,
  functionChannel,
  InvalidPathError,
  isPayload,
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
import type { Graph, Path, Runnable, Step } from './graph.ts'

/** What all walks of an invocation have in common. */
export interface Walker extends Omit<Call, 'payload' | 'logger'> {
  readonly batch: Batch
  readonly graph: Graph
  readonly maxSteps: number
}

/** Where a walk is: on a path, or among the payloads that a function on it returned. */
interface Frame {
  readonly payload: Payload
  readonly steps: readonly (Step | Payload)[]
  /** where it goes on when these are done */
  readonly up: Frame | undefined
  next: number
  /** of the action that it is in: every action begins with them */
  params: Params | undefined
}

/**
 * Runs a message's payload, and all that it leads to, each to its end before anything else goes on. Where it is, is a
 * list of linked frames, so that a long chain costs no call depth, and only what is thenable is awaited.
 *
 * @param looked whether the caller has just looked at the clock: then the first function is called without another look
 * @returns what the last function that ran returned, if that is no payload
 * @throws what ended the walk
 */
export const walk = async (
  walker: Walker,
  message: Message,
  first: Payload = noPayload(),
  looked = false,
): Promise<unknown> => {
  const { batch, graph, maxSteps } = walker
  const { eventSource } = message
  let mayStart = looked
  let entered = 0
  let output: unknown

  const enter = ({ name, steps }: Path, kwargs: unknown, up: Frame): Frame => {
    if (++entered > maxSteps) {
      misconfigured(
        `pathRouter: the message entered ${maxSteps} paths, and now ${name}. Does it feed itself? Else raise maxSteps`,
      )
    }
    const payload = makePayload(name, undefined, kwargs, eventSource)
    return { payload, steps, up, next: 0, params: undefined }
  }

  let at: Frame | undefined = { payload: first, steps: [first], up: undefined, next: 0, params: undefined }
  while (at !== undefined) {
    const { payload, steps }: Frame = at
    const params = at.params as Params
    if (at.up !== undefined && waits(message)) message.path = payload.path // the first frame is on no path yet
    const step: Step | Payload | undefined = steps[at.next++]
    if (step === undefined) {
      at = at.up
    } else if (typeof step === 'function') {
      const params = step(payload.kwargs as Kwargs, payload.path)
      if (isThenable(params)) mayStart = false
      at.params = isThenable(params) ? await params : params
    } else if (isRunnable(step)) {
      const { name, index } = step
      if (!mayStart && isTimeUp(batch)) throw new FailCatastrophically(`not started in time: ${name}`)
      mayStart = false
      const { seen, given } = params
      const own = seen === undefined ? { ...given } : seen[index] // a copy: what one does to it is not the others' affair
      const answer = callFunction(walker, message, payload as Payload<Kwargs>, step, own)
      output = isThenable(answer) ? await answer : answer
      if (waits(message)) message.function = undefined // else its time was up meanwhile: it stays told where
      const payloads = payloadsIn(output)
      if (payloads.length === 0) continue
      output = undefined
      chainOf(batch).check(payloads)
      at = { payload, steps: payloads, up: at, next: 0, params }
    } else if (isPayload(step)) {
      if (step.queue === undefined) at = enter(resolve(graph, step.path), step.kwargs, at)
      else chainOf(batch).hold(message, step.queue, step.kwargs)
    } else if (isQueue(step)) {
      chainOf(batch).hold(message, step, params.passed)
    } else {
      at = enter(step, params.passed, at)
    }
  }
  return output
}

/** @throws InvalidConfigurationError */
export const noPayload: () => never = () => misconfigured('pathRouter: it needs messageNormalizer() before it')

/**
 * Finds the path of a name; without one, the start.
 *
 * @throws InvalidPathError if the graph has none
 */
export const resolve = ({ find, start, missing }: Graph, name: string | undefined): Path => {
  const path = name === undefined ? start : find(name)
  if (path === undefined) throw new InvalidPathError(missing(name))
  return path
}

/** Not by `in`: a payload may have members of its user's own. */
const isRunnable = (step: Step | Payload): step is Runnable => typeof (step as Partial<Runnable>).run === 'function'

/** Whether nothing new may be started: what is left is kept to send and to answer. */
export const isTimeUp = (batch: Batch): boolean => batch.left() <= batch.reserveMillis

/** @throws whatever the function throws */
const callFunction = (
  { batch, state, context, signal }: Walker,
  message: Message,
  payload: Payload<Kwargs>,
  { name, run }: Runnable,
  kwargs: unknown,
): unknown => {
  message.function = name
  const logger = boundLogger(batch.logger, message, payload.path, name)
  const second: Call = { payload, state, logger, context, signal }
  if (!functionChannel.hasSubscribers) return run(kwargs, second)
  return functionChannel.tracePromise(async () => run(kwargs, second), { batch, message, name, payload })
}

/** @throws InvalidConfigurationError without a chain: what was to be sent or run would be lost in silence */
export const chainOf = ({ chain }: Batch): Chain =>
  chain ?? misconfigured('pathRouter: payloads and queues need payloadChain() before it')
