import { FailCatastrophically, type Kwargs, type Payload, type Queue, type State } from '@lpipe/core'
import {
  type BatchMessage,
  boundLogger,
  type Chain,
  createPayload,
  functionChannel,
  type InvocationBatch,
  invalidConfiguration,
  isPending,
  isQueue,
  isThenable,
  log,
  nearPayloadIn,
  payloadsIn,
} from '@lpipe/core/middleware'
import { type Graph, type Path, type RunnableAction, type RunnableFunction, resolvePath } from './graph.ts'

/** What all runs of an invocation share. */
export interface RunContext {
  readonly batch: InvocationBatch
  readonly graph: Graph
  readonly maxSteps: number
  readonly state: State
  readonly signal: AbortSignal
  /** The functions whose results look like payloads and are not: each is logged once. */
  readonly warned: Set<unknown>
}

/** The run of one message. */
interface Run {
  readonly context: RunContext
  readonly message: BatchMessage
  /** The number of paths that the message entered. */
  steps: number
  /** Whether the deadline was checked just before. */
  deadlineChecked: boolean
  output: unknown
}

/**
 * Runs a message's payload and everything that it leads to, one after another.
 *
 * @param deadlineChecked whether the caller has just checked the deadline
 * @returns what the last function returned, unless that is a payload
 * @throws the error that ends the message
 */
export const runMessage = (
  context: RunContext,
  message: BatchMessage,
  payload: Payload,
  deadlineChecked: boolean,
): Promise<unknown> => {
  const run: Run = { context, message, steps: 0, deadlineChecked, output: undefined }
  const path = resolvePath(context.graph, payload.path)
  const isNamed = payload.path === path.name
  return runPath(run, path, isNamed ? (payload as Payload<Kwargs>) : payloadFor(path, payload.kwargs, message))
}

const payloadFor = ({ name }: Path, kwargs: unknown, { eventSource }: BatchMessage): Payload<Kwargs> =>
  createPayload(name, undefined, kwargs as Kwargs, eventSource)

/**
 * Runs a path's actions: of each first its functions, then its paths, then its queues. Counted loops, because iterators would
 * cost more than a short function.
 *
 * @returns the message's output
 */
const runPath = async (run: Run, path: Path, payload: Payload<Kwargs>): Promise<unknown> => {
  const { context, message } = run
  const { kwargs } = payload
  run.steps += 1
  if (run.steps > context.maxSteps) tooManySteps(run, path)
  // A long chain of paths must not exhaust the stack: an await empties it.
  if (run.steps % 100 === 0) await undefined
  for (let step = 0; step < path.actions.length; step += 1) {
    const { readParams, functions, next } = path.actions[step] as RunnableAction
    // Otherwise the time is up, and the message says where it was.
    if (isPending(message)) message.path = path.name
    let params = readParams(kwargs, path.name)
    if (isThenable(params)) {
      params = await params
      run.deadlineChecked = false
    }
    for (let index = 0; index < functions.length; index += 1) {
      const fn = functions[index] as RunnableFunction
      let output = callFunction(run, fn, payload, params.functionInputs[index])
      if (isThenable(output)) output = await output
      message.inFunction = false
      if (isPending(message)) message.function = undefined
      run.output = output
      if (typeof output !== 'object' || output === null) continue
      const payloads = returnedPayloads(run, fn, output)
      for (let at = 0; at < payloads.length; at += 1) {
        await runPayload(run, payloads[at] as Payload)
      }
      if (isPending(message)) message.path = path.name
    }
    for (let index = 0; index < next.length; index += 1) {
      const goal = next[index] as Path | Queue
      if (isQueue(goal)) await chainOf(context.batch).send(message, goal, params.forwarded)
      else await runPath(run, goal, payloadFor(goal, params.forwarded, message))
    }
  }
  return run.output
}

/** Runs a payload that a function returned: its path, or the send to its queue. */
const runPayload = (run: Run, { path, queue, kwargs }: Payload): Promise<unknown> | undefined => {
  const { context, message } = run
  if (queue !== undefined) return chainOf(context.batch).send(message, queue, kwargs)
  const next = resolvePath(context.graph, path)
  return runPath(run, next, payloadFor(next, kwargs, message))
}

/**
 * Returns the payloads that a function returned; each leads somewhere.
 *
 * @throws InvalidConfigurationError if some of them would be lost
 */
const returnedPayloads = (run: Run, fn: RunnableFunction, output: object): readonly Payload[] => {
  const payloads = payloadsIn(output)
  const problem = nearPayloadIn(output)
  if (problem !== undefined) invalidConfiguration(`function ${fn.name} returned ${problem}`)
  if (payloads.length === 0) {
    warnOfLookalike(run, fn, output)
  } else {
    run.output = undefined
    chainOf(run.context.batch).check(payloads)
  }
  return payloads
}

const tooManySteps = ({ context: { maxSteps } }: Run, { name }: Path): never =>
  invalidConfiguration(
    `pathRouter: the message entered more than \`maxSteps\` (${maxSteps}) paths, last: ${name}. ` +
      'Check the graph for a cycle, or raise `maxSteps`',
  )

/** @throws whatever the function throws */
const callFunction = (run: Run, fn: RunnableFunction, payload: Payload<Kwargs>, kwargs: unknown): unknown => {
  const { context, message } = run
  const { batch, state, signal } = context
  // A timer may fire early, and end the message before the reserve begins.
  if (!isPending(message) || (!run.deadlineChecked && batch.deadline.isReserve())) {
    throw new FailCatastrophically(`not started in time: function ${fn.name}`)
  }
  run.deadlineChecked = false
  message.function = fn.name
  const logger = boundLogger(batch.logger, message, payload.path, fn.name)
  const call = { payload, state, logger, context: batch.context, signal }
  const { run: userFunction } = fn // called without `this`
  message.inFunction = true
  if (!functionChannel.hasSubscribers) return userFunction(kwargs, call)
  return functionChannel.tracePromise(async () => userFunction(kwargs, call), {
    batch,
    message,
    name: fn.name,
    payload,
  })
}

/** Logs a plain object that looks like a payload, once for each function. It may be a value, so the message does not fail. */
const warnOfLookalike = ({ context }: Run, { name, run: fn }: RunnableFunction, output: object): void => {
  if (!looksLikePayload(output) || context.warned.has(fn)) return
  context.warned.add(fn)
  log(context.batch, 'warn', `function ${name} returned an object that looks like a payload; make it with payload()`)
}

const looksLikePayload = (output: object): boolean =>
  Object.getPrototypeOf(output) === Object.prototype &&
  Object.hasOwn(output, 'kwargs') &&
  (Object.hasOwn(output, 'path') || Object.hasOwn(output, 'queue'))

/** @throws InvalidConfigurationError without a chain, because payloads would be lost */
export const chainOf = ({ chain }: InvocationBatch): Chain =>
  chain ?? invalidConfiguration('pathRouter: payloads and queues require payloadChain() before it')
