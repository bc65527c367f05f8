import type { HandlerFunction } from '@lpipe/system/tools'
import type { Context } from 'aws-lambda'
import { arnOf } from './arns.ts'
import type { Invocation, RunInvocation } from './invoke.ts'

/** A handler, and its environment. */
export interface HandlerOptions extends Pick<HandlerFunction, 'handler'> {
  /** the name of the function */
  readonly name: string
  /** seconds */
  readonly timeout: number
  /** MB */
  readonly memory: number
  readonly region: string
}

/**
 * Returns a function that runs a handler in this process: each invocation has its own context, and one that exceeds the timeout
 * fails. The handler's code cannot be stopped then; its response is ignored.
 */
export const createRunHandler =
  (options: HandlerOptions): RunInvocation =>
  async (invocation) => {
    const { timeout } = options
    let timer: NodeJS.Timeout | undefined
    const timedOut = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(timeoutText(timeout))), timeout * 1000)
    })
    try {
      return await Promise.race([callHandler(options, invocation), timedOut])
    } finally {
      clearTimeout(timer)
    }
  }

/** The text of the error of an invocation that exceeded its timeout, as Lambda logs it. */
export const timeoutText = (seconds: number): string => `Task timed out after ${seconds.toFixed(2)} seconds`

/**
 * Calls a handler. The first of these settles the invocation: a returned promise, a returned value, the callback, or
 * `done`, `succeed` and `fail` of the context. A handler that declares a callback and returns nothing is waited for.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
export const callHandler = (
  invoked: HandlerOptions,
  { event, requestId }: Omit<Invocation, 'functionName'>,
): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const callback = (error?: unknown, response?: unknown): void => {
      if (error === null || error === undefined) resolve(response)
      else reject(error)
    }
    const { handler } = invoked
    const returned: unknown = handler(
      event as never,
      contextOf(invoked, requestId, callback) as never,
      callback as never,
    )
    if (isThenable(returned)) returned.then(resolve, reject)
    else if (returned !== undefined || handler.length < 3) resolve(returned)
  })

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function'

const contextOf = (
  { name, timeout, memory, region }: HandlerOptions,
  awsRequestId: string,
  callback: (error?: unknown, response?: unknown) => void,
): Context => {
  const deadline = performance.now() + timeout * 1000
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: arnOf('lambda', region, `function:${name}`),
    memoryLimitInMB: String(memory),
    awsRequestId,
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
    done: callback,
    fail: (error) => callback(error ?? new Error('context.fail() was called')),
    succeed: (response: unknown) => callback(undefined, response),
  }
}
