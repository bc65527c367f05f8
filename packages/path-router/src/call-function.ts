import { FailCatastrophically, type Kwargs, type Payload } from '@lpipe/core'
import {
  boundLogger,
  functionChannel,
  invalidConfiguration,
  isPending,
  isThenable,
  nearPayloadIn,
  payloadsIn,
  toPromise,
} from '@lpipe/core/middleware'
import { warnOfLookalike } from './lookalike.ts'
import { chainOf, type Run } from './run-context.ts'
import type { RunnableFunction } from './runnable.ts'

/**
 * Calls a function of the graph, and publishes the call if `lpipe:function` has subscribers.
 *
 * @returns what the function returned: a value or a promise
 * @throws FailCatastrophically if there is no time left; otherwise whatever the function throws
 */
export const callFunction = (run: Run, fn: RunnableFunction, payload: Payload<Kwargs>, kwargs: unknown): unknown => {
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

/** Ends the call of a function. Returns the payloads that it returned. */
export const endFunction = (run: Run, fn: RunnableFunction, output: unknown): readonly Payload[] => {
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
    warnOfLookalike(run.context, fn, output)
  } else {
    run.output = undefined
    chainOf(run.context.batch).check(run.message, payloads)
  }
  return payloads
}
