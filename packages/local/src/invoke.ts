import { randomUUID } from 'node:crypto'
import type { Logger } from '@lpipe/core'
import type { HandlerFunction } from '@lpipe/system/tools'
import type { Context } from 'aws-lambda'
import { arnOf } from './arns.ts'
import type { MappingStatistics } from './statistics.ts'
import type { Traffic } from './traffic.ts'

/** The result of an invocation: a response, or a failure. */
export type InvocationResult =
  | { readonly requestId: string; readonly failed: false; readonly response: unknown }
  | { readonly requestId: string; readonly failed: true }

/** Invokes a function with a batch of records. It never throws. */
export type Invoke = (records: readonly object[]) => Promise<InvocationResult>

/** The function that is invoked, and its environment. */
export interface InvokedFunction extends Pick<HandlerFunction, 'handler'> {
  readonly name: string
  /** seconds */
  readonly timeout: number
  readonly region: string
  readonly logger: Logger
  readonly statistics: MappingStatistics
  readonly traffic: Traffic
}

/**
 * Returns a function that calls a handler as Lambda does: the event and the response go through JSON, each invocation
 * has its own context, and an invocation that exceeds the timeout fails. The handler's code cannot be stopped then; its
 * response is ignored.
 */
export const createInvoke = (invoked: InvokedFunction): Invoke => {
  const { name, timeout, logger, statistics, traffic } = invoked

  return async (records) => {
    const requestId = randomUUID()
    statistics.invocations += 1
    statistics.received += records.length
    let timer: NodeJS.Timeout | undefined
    const timedOut = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`Task timed out after ${timeout.toFixed(2)} seconds`)), timeout * 1000)
    })
    try {
      const event = JSON.parse(JSON.stringify({ Records: records }))
      const response = await Promise.race([traffic.run(name, () => callHandler(invoked, event, requestId)), timedOut])
      return { requestId, response: throughJson(response), failed: false }
    } catch (error) {
      statistics.errors += 1
      const message = error instanceof Error ? error.message : String(error)
      logger.error(`function ${name} failed: ${message}`, { requestId, error })
      return { requestId, failed: true }
    } finally {
      clearTimeout(timer)
    }
  }
}

/**
 * Calls a handler. The first of these settles the invocation: a returned promise, a returned value, the callback, or
 * `done`, `succeed` and `fail` of the context. A handler that declares a callback and returns nothing is waited for.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
const callHandler = (invoked: InvokedFunction, event: unknown, requestId: string): Promise<unknown> =>
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

/** @throws TypeError if JSON cannot carry the response */
const throughJson = (response: unknown): unknown => {
  const text: string | undefined = JSON.stringify(response)
  return text === undefined ? null : JSON.parse(text)
}

const contextOf = (
  { name, timeout, region }: InvokedFunction,
  awsRequestId: string,
  callback: (error?: unknown, response?: unknown) => void,
): Context => {
  const deadline = performance.now() + timeout * 1000
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: arnOf('lambda', region, `function:${name}`),
    memoryLimitInMB: '128',
    awsRequestId,
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: 'local',
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
    done: callback,
    fail: (error) => callback(error ?? new Error('context.fail() was called')),
    succeed: (response: unknown) => callback(undefined, response),
  }
}
