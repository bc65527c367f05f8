import { randomUUID } from 'node:crypto'
import type { Logger } from '@lpipe/core'
import type { MappingStatistics } from './statistics.ts'

/** The result of an invocation: a response, or a failure. */
export type InvocationResult =
  | { readonly requestId: string; readonly failed: false; readonly response: unknown }
  | { readonly requestId: string; readonly failed: true }

/** Invokes a function with a batch of records. It never throws. */
export type Invoke = (records: readonly object[]) => Promise<InvocationResult>

/** An invocation of a function. */
export interface Invocation {
  readonly functionName: string
  readonly requestId: string
  readonly event: { readonly Records: readonly object[] }
}

/** Runs an invocation. Returns the response, or rejects if the invocation failed. */
export type RunInvocation = (invocation: Invocation) => Promise<unknown>

/** How an event source mapping invokes a function. */
export interface InvokeOptions {
  readonly name: string
  readonly run: RunInvocation
  readonly logger: Logger
  readonly statistics: MappingStatistics
}

/** Returns a function that invokes as Lambda does: the event and the response go through JSON, and a failure is logged. */
export const createInvoke =
  ({ name, run, logger, statistics }: InvokeOptions): Invoke =>
  async (records) => {
    const requestId = randomUUID()
    statistics.invocations += 1
    statistics.received += records.length
    try {
      const event: Invocation['event'] = JSON.parse(JSON.stringify({ Records: records }))
      const response = await run({ functionName: name, requestId, event })
      return { requestId, response: throughJson(response), failed: false }
    } catch (error) {
      statistics.errors += 1
      const message = error instanceof Error ? error.message : String(error)
      logger.error(`function ${name} failed: ${message}`, { requestId, error })
      return { requestId, failed: true }
    }
  }

/** @throws TypeError if JSON cannot carry the response */
const throughJson = (response: unknown): unknown => {
  const text: string | undefined = JSON.stringify(response)
  return text === undefined ? null : JSON.parse(text)
}
