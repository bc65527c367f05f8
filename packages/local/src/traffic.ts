import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest, IncomingHttpHeaders } from 'node:http'
import { isObject } from '@lpipe/core'
import type { Activity } from './activity.ts'

/** How often an operation was called, and how many entries those calls carried. */
export interface CallCount {
  readonly calls: number
  /** messages or records; 1 for each call that carries no list */
  readonly entries: number
}

/** The calls of a function by operation, such as `SendMessageBatch`. */
export type Calls = Readonly<Record<string, CallCount>>

/** Who calls SQS and Kinesis, and how often. */
export interface Traffic {
  /** Runs a function's code: the calls that it makes are counted as its own. */
  readonly run: <T>(name: string, code: () => T) => T
  /** For the servers: a request has come. What is returned is called when it is answered. */
  readonly arrived: (headers: IncomingHttpHeaders, body: unknown) => () => void
  readonly callsOf: (name: string) => Calls
  readonly close: () => void
}

/** The header by which the AWS SDK names a command: the same at its every attempt. */
const commandHeader = 'amz-sdk-invocation-id'
const channel = 'http.client.request.start'

/**
 * Counts the calls that arrive. Which function made one is known from where the request left: in this process, by the
 * AWS SDK, within the function's own run.
 */
export const makeTraffic = (activity: Activity): Traffic => {
  const running = new AsyncLocalStorage<string>()
  const callers = new Map<unknown, string>()
  const counts = new Map<string, Map<string, CallCount>>()

  const departed = (message: unknown): void => {
    const name = running.getStore()
    if (name === undefined) return
    const { request } = message as { readonly request: ClientRequest }
    const command = request.getHeader(commandHeader)
    if (command !== undefined) callers.set(command, name)
  }
  subscribe(channel, departed)

  const count = (name: string, operation: string, entries: number): void => {
    const operations = counts.get(name) ?? new Map<string, CallCount>()
    const before = operations.get(operation) ?? { calls: 0, entries: 0 }
    operations.set(operation, { calls: before.calls + 1, entries: before.entries + entries })
    counts.set(name, operations)
  }

  return {
    run: (name, code) => running.run(name, code),
    arrived: (headers, body) => {
      const operation = operationOf(headers)
      const command = headers[commandHeader]
      const caller = callers.get(command)
      callers.delete(command)
      if (caller !== undefined) count(caller, operation, entriesIn(body))
      return writes.has(operation) ? activity.begin() : () => undefined
    },
    callsOf: (name) => Object.fromEntries(counts.get(name) ?? []),
    close: () => unsubscribe(channel, departed),
  }
}

/** What brings new messages: nothing is drained as long as one is on its way. */
const writes = new Set(['SendMessage', 'SendMessageBatch', 'PutRecord', 'PutRecords'])

const operationOf = (headers: IncomingHttpHeaders): string => String(headers['x-amz-target'] ?? '').replace(/^.*\./, '')

const entriesIn = (body: unknown): number => {
  const list = isObject(body) ? (body['Entries'] ?? body['Records']) : undefined
  return Array.isArray(list) ? list.length : 1
}
