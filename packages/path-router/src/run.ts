import { type Kwargs, type Payload, type Queue, UndeliverableError } from '@lpipe/core'
import {
  type BatchMessage,
  createPayload,
  isPending,
  isQueue,
  isThenable,
  type Params,
  toPromise,
} from '@lpipe/core/middleware'
import { callFunction, endFunction } from './call-function.ts'
import { resolvePath } from './graph.ts'
import { chainOf, type Run, type RunContext } from './run-context.ts'
import type { Path, RunnableAction, RunnableFunction } from './runnable.ts'

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
  const path = resolvePath(context.graph, payload.path, message)
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
  const { context, message } = run
  if (run.steps % 100 === 0) await emptyStack
  await chainOf(context.batch).follow(message, payloads, ({ path: name, kwargs }) => {
    const next = resolvePath(context.graph, name, message)
    return runPath(run, next, payloadFor(next, kwargs, message))
  })
  enterPath(run, path)
  return run.output
}

/** A retry would enter as many. */
const tooManySteps = ({ context: { maxSteps } }: Run, { name }: Path): never => {
  throw new UndeliverableError(
    `pathRouter: the message entered more than \`maxSteps\` (${maxSteps}) paths, last: ${name}. ` +
      'Check the graph for a cycle, or raise `maxSteps`',
  )
}
