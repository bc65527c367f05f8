import { randomUUID } from 'node:crypto'
import type { Logger } from '@lpipe/core'
import type { Context } from 'aws-lambda'
import { arnOf } from './account.ts'
import type { LocalFunction } from './options.ts'
import type { Traffic } from './traffic.ts'

/** How an invocation ended: with an answer, which may be wrong, or with an error. */
export type Ending =
  | { readonly requestId: string; readonly answer: unknown; readonly failed: false }
  | { readonly requestId: string; readonly failed: true }

/** Calls a function with an event. It never throws. */
export type Invoke = (event: object) => Promise<Ending>

/** Who is invoked, and where. */
export interface Invoked extends Pick<LocalFunction, 'handler'> {
  readonly name: string
  readonly timeout: number
  readonly region: string
  readonly logger: Logger
  readonly traffic: Traffic
}

/**
 * Calls a handler as Lambda does: event and answer go through JSON, each invocation has a context of its own, and one
 * that takes too long has failed. Code that still runs then cannot be stopped; what it answers is not heard.
 */
export const makeInvoke = (invoked: Invoked): Invoke => {
  const { name, handler, timeout, logger, traffic } = invoked

  return async (event) => {
    const requestId = randomUUID()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`Task timed out after ${timeout.toFixed(2)} seconds`)), timeout * 1000)
    })
    try {
      const copy = JSON.parse(JSON.stringify(event)) as never
      const context = contextOf(invoked, requestId) as never
      const answer = await Promise.race([traffic.run(name, async () => handler(copy, context)), late])
      return { requestId, answer: throughJson(answer), failed: false }
    } catch (error) {
      logger.error(`function ${name}: ${error instanceof Error ? error.message : String(error)}`, { requestId, error })
      return { requestId, failed: true }
    } finally {
      clearTimeout(timer)
    }
  }
}

/** @throws TypeError if Lambda's runtime could not send it */
const throughJson = (answer: unknown): unknown => {
  const text: string | undefined = JSON.stringify(answer)
  return text === undefined ? null : JSON.parse(text)
}

const contextOf = ({ name, timeout, region }: Invoked, awsRequestId: string): Context => {
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
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  }
}
