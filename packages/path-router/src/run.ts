import {
  FailCatastrophically,
  type Kwargs,
  type Payload,
  type Queue,
  type State,
  UndeliverableError,
} from '@lpipe/core'
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
  type Params,
  payloadsIn,
  toPromise,
  tryOr,
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
 * @returns what the last function returned, unless that is a payload, or a promise of it
 * @throws the error that ends the message, unless the promise rejects with it
 */
export const runMessage = (
  context: RunContext,
  message: BatchMessage,
  payload: Payload,
  deadlineChecked: boolean,
): unknown => {
  const run: Run = { context, message, steps: 0, deadlineChecked, output: undefined }
  const path = resolvePath(context.graph, payload.path)
  // That of the message names its path as the graph does. One of a handler does not say where the message came from.
  const isKept = payload === message.payload
  return runPath(run, path, isKept ? (payload as Payload<Kwargs>) : payloadFor(path, payload.kwargs, message))
}

const payloadFor = ({ name }: Path, kwargs: unknown, { eventSource }: BatchMessage): Payload<Kwargs> =>
  createPayload(name, undefined, kwargs as Kwargs, eventSource)

/** @returns the message's output, or a promise of it */
const runPath = (run: Run, path: Path, payload: Payload<Kwargs>): unknown => {
  run.steps += 1
  if (run.steps > run.context.maxSteps) tooManySteps(run, path)
  return path.single === undefined ? runActions(run, path, payload) : runSingle(run, path, path.single, payload)
}

/**
 * Runs a path's actions: of each first its functions, then its paths, then its queues. Counted loops, because iterators would
 * cost more than a short function.
 */
const runActions = async (run: Run, path: Path, payload: Payload<Kwargs>): Promise<unknown> => {
  const { context, message } = run
  if (run.steps % 100 === 0) await emptyStack
  for (let step = 0; step < path.actions.length; step += 1) {
    const { readParams, functions, next } = path.actions[step] as RunnableAction
    enterPath(run, path)
    let params = readParams(payload.kwargs, path.name)
    if (isThenable(params)) {
      params = await params
      run.deadlineChecked = false
    }
    for (let index = 0; index < functions.length; index += 1) {
      const fn = functions[index] as RunnableFunction
      let output = callFunction(run, fn, payload, params.functionInputs[index])
      if (isThenable(output)) output = await toPromise(output)
      const payloads = endFunction(run, fn, output)
      if (payloads.length > 0) await runPayloads(run, path, payloads)
    }
    for (let index = 0; index < next.length; index += 1) {
      const target = next[index] as Path | Queue
      if (isQueue(target)) await chainOf(context.batch).send(message, target, params.forwarded)
      else await runPath(run, target, payloadFor(target, params.forwarded, message))
    }
  }
  return run.output
}

/** Runs a path of one function, as most are, without the loops: an async function would cost as much as that function. */
const runSingle = (
  run: Run,
  path: Path,
  { readParams, functions }: RunnableAction,
  payload: Payload<Kwargs>,
): unknown => {
  const fn = functions[0] as RunnableFunction
  const call = ({ functionInputs }: Params): unknown => callFunction(run, fn, payload, functionInputs[0])
  const end = (output: unknown): unknown => {
    const payloads = endFunction(run, fn, output)
    return payloads.length === 0 ? output : runPayloads(run, path, payloads)
  }
  enterPath(run, path)
  const params = readParams(payload.kwargs, path.name)
  if (isThenable(params)) run.deadlineChecked = false
  const output = isThenable(params) ? params.then(call) : call(params)
  return isThenable(output) ? toPromise(output).then(end) : end(output)
}

/** For an `await` in a long chain of paths, which must not exhaust the stack. */
const emptyStack = undefined

/** After a message has ended, it says where it was when the time was up. */
const enterPath = ({ message }: Run, { name }: Path): void => {
  if (isPending(message)) message.path = name
}

/** Runs the payloads that a function returned, each to its end. Fulfils with the message's output. */
const runPayloads = async (run: Run, path: Path, payloads: readonly Payload[]): Promise<unknown> => {
  if (run.steps % 100 === 0) await emptyStack
  for (const { path: name, queue, kwargs } of payloads) {
    const { context, message } = run
    if (queue === undefined) {
      const next = resolvePath(context.graph, name)
      await runPath(run, next, payloadFor(next, kwargs, message))
    } else {
      await chainOf(context.batch).send(message, queue, kwargs)
    }
  }
  enterPath(run, path)
  return run.output
}

/** Ends the call of a function. Returns the payloads that it returned. */
const endFunction = (run: Run, fn: RunnableFunction, output: unknown): readonly Payload[] => {
  const { message } = run
  message.inFunction = false
  if (isPending(message)) message.function = undefined
  run.output = output
  return typeof output === 'object' && output !== null ? returnedPayloads(run, fn, output) : none
}

const none: readonly Payload[] = Object.freeze([])

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

/** A retry would enter as many. */
const tooManySteps = ({ context: { maxSteps } }: Run, { name }: Path): never => {
  throw new UndeliverableError(
    `pathRouter: the message entered more than \`maxSteps\` (${maxSteps}) paths, last: ${name}. ` +
      'Check the graph for a cycle, or raise `maxSteps`',
  )
}

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
  const callTraced = async (): Promise<unknown> => {
    const output = userFunction(kwargs, call)
    return isThenable(output) ? toPromise(output) : output
  }
  return functionChannel.tracePromise(callTraced, { batch, message, name: fn.name, payload })
}

/**
 * Logs a plain object that looks like a payload or holds one, and a stream, once for each function. It may be a value, so the
 * message does not fail.
 */
const warnOfLookalike = ({ context }: Run, { name, run: fn }: RunnableFunction, output: object): void => {
  const isPlain = Object.getPrototypeOf(output) === Object.prototype
  const what = isPlain || Symbol.asyncIterator in output ? lookalike(output) : undefined
  if (what === undefined || context.warned.has(fn)) return
  context.warned.add(fn)
  log(context.batch, 'warn', `function ${name} returned an object that ${what}`)
}

const lookalike = (output: object): string | undefined => {
  if (Object.hasOwn(output, 'kwargs') && (Object.hasOwn(output, 'path') || Object.hasOwn(output, 'queue'))) {
    return 'looks like a payload; make it with payload()'
  }
  if (Symbol.iterator in output || Symbol.asyncIterator in output) {
    return 'is iterable, and nothing reads it; return an array of payloads'
  }
  // A getter may throw.
  const holdsPayload = tryOr(() => Object.values(output).some((value) => payloadsIn(value).length > 0), false)
  return holdsPayload ? 'holds a payload, which does not run; return the payload, or an array of payloads' : undefined
}

/** @throws InvalidConfigurationError without a chain, because payloads would be lost */
export const chainOf = ({ chain }: InvocationBatch): Chain =>
  chain ?? invalidConfiguration('pathRouter: payloads and queues require payloadChain() before it')
