import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest, IncomingHttpHeaders } from 'node:http'
import type { Activity } from './activity.ts'
import { isObject } from './objects.ts'

/** How often an operation was called, and how many entries these calls carried. */
export interface CallCount {
  readonly calls: number
  /** messages or records; a call without a list counts as 1 */
  readonly entries: number
}

/** The calls of a function by operation, such as `SendMessageBatch`. */
export type Calls = Readonly<Record<string, CallCount>>

/** A call that a server has answered. */
export interface ServerCall {
  readonly service: 'sqs' | 'sns' | 'kinesis'
  /** for example `SendMessage` */
  readonly operation: string
  /** the function that made it, if one did */
  readonly functionName: string | undefined
  /** the id that the AWS SDK gives to a command, the same for each attempt */
  readonly commandId: string | undefined
  readonly request: unknown
  /** SNS: the XML, as a string. Undefined if it is not JSON */
  readonly response: unknown
}

/** Counts the calls to SQS and Kinesis by the function that makes them. */
export interface Traffic {
  /** Runs the code of a function. The calls that it makes are counted for this function. */
  readonly run: <T>(functionName: string, code: () => T) => T
  /** Called by the servers for each request. Returns a function to call when it is answered. */
  readonly arrived: (headers: IncomingHttpHeaders, body: unknown) => () => void
  /** Called by the servers with each answer, if there is a watcher. */
  readonly answered:
    | ((call: Omit<ServerCall, 'operation' | 'functionName' | 'commandId'>, headers: IncomingHttpHeaders) => void)
    | undefined
  readonly callsOf: (functionName: string) => Calls
  readonly close: () => void
}

/** The header in which the AWS SDK sends an id of the command, the same for each attempt. */
const commandHeader = 'amz-sdk-invocation-id'
const channel = 'http.client.request.start'

/** The access key by which a function in a process of its own signs its requests. */
export const accessKeyOf = (functionName: string): string => `local-${functionName}`

/** Returns the function whose access key signed a request. */
const signerOf = ({ authorization = '' }: IncomingHttpHeaders): string | undefined =>
  /Credential=local-([\w-]+)\//.exec(authorization)?.[1]

/**
 * Counts calls where they arrive. The caller is known from where the request was made: in this process, by the AWS SDK,
 * while the function ran; or in a process of the function's own, from its access key.
 *
 * @param onCall called with each answered call
 */
export const createTraffic = (activity: Activity, onCall?: (call: ServerCall) => void): Traffic => {
  const currentFunction = new AsyncLocalStorage<string>()
  const callers = new Map<unknown, string>()
  const counts = new Map<string, Map<string, CallCount>>()

  const onRequestStart = (message: unknown): void => {
    const name = currentFunction.getStore()
    if (name === undefined) return
    const { request } = message as { readonly request: ClientRequest }
    const command = request.getHeader(commandHeader)
    if (command !== undefined) callers.set(command, name)
  }
  subscribe(channel, onRequestStart)

  const count = (name: string, operation: string, entries: number): void => {
    const operations = counts.get(name) ?? new Map<string, CallCount>()
    const before = operations.get(operation) ?? { calls: 0, entries: 0 }
    operations.set(operation, { calls: before.calls + 1, entries: before.entries + entries })
    counts.set(name, operations)
  }

  return {
    run: (name, code) => currentFunction.run(name, code),
    arrived: (headers, body) => {
      const operation = operationOf(headers, body)
      const command = headers[commandHeader]
      const caller = callers.get(command) ?? signerOf(headers)
      if (onCall === undefined) callers.delete(command)
      if (caller !== undefined) count(caller, operation, entriesIn(body))
      return writes.has(operation) ? activity.begin() : () => undefined
    },
    answered:
      onCall &&
      ((call, headers) => {
        const command = headers[commandHeader]
        const functionName = callers.get(command) ?? signerOf(headers)
        callers.delete(command)
        const commandId = typeof command === 'string' ? command : undefined
        onCall({ ...call, operation: operationOf(headers, call.request), functionName, commandId })
      }),
    callsOf: (name) => Object.fromEntries(counts.get(name) ?? []),
    close: () => unsubscribe(channel, onRequestStart),
  }
}

/** Operations that add messages: the pipeline is not drained while one is in progress. */
const writes = new Set(['SendMessage', 'SendMessageBatch', 'Publish', 'PublishBatch', 'PutRecord', 'PutRecords'])

/** Returns the operation of a request, such as `SendMessage`. A request to SNS is a form, which names it. */
export const operationOf = (headers: IncomingHttpHeaders, form?: unknown): string =>
  String(headers['x-amz-target'] ?? (isObject(form) ? form['Action'] : undefined) ?? '').replace(/^.*\./, '')

const entriesIn = (body: unknown): number => {
  const published = isObject(body) ? Object.keys(body).filter((name) => /^PublishBatch.*\.Id$/.test(name)).length : 0
  if (published > 0) return published
  const list = isObject(body) ? (body['Entries'] ?? body['Records']) : undefined
  return Array.isArray(list) ? list.length : 1
}
