import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'
import { type Channel, subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ClientRequest } from 'node:http'
import type { Batch, Message, Queue } from '@lpipe/core'
import {
  type BatchTrace,
  channels,
  type EntryTrace,
  errorOf,
  type FunctionTrace,
  type InvocationBatch,
  type MessageTrace,
  type SendTrace,
} from '@lpipe/core/middleware'
import { recordKey } from '../trace/record-key.ts'
import { capture, captureError } from './capture.ts'
import type { Decoded, SentFrom, TraceEvent } from './protocol.ts'

/** Where the code that runs now belongs to. */
export interface Running {
  readonly requestId: string
  readonly message?: SentFrom
  readonly send?: string
}

/** Watches the messages of this process. */
export interface Observer {
  readonly running: AsyncLocalStorage<Running>
  readonly close: () => void
}

/**
 * Reports what happens to the messages of this process, from what lpipe publishes on `node:diagnostics_channel`. Nothing of it can
 * change an outcome: lpipe's channels carry copies of references, and a listener that throws is ignored.
 *
 * @param folder paths of stack traces inside of it are made relative to it
 */
export const observe = (report: (event: TraceEvent) => void, folder: string): Observer => {
  const running = new AsyncLocalStorage<Running>()
  const prefix = randomUUID().slice(0, 8)
  const ids = new WeakMap<object, string>()
  const sentFrom = new WeakMap<object, SentFrom>()
  const decoded = new WeakMap<Message, Decoded>()
  let count = 0

  /** Returns the id of a trace, or of the run of a path. */
  const idOf = (object: object): string => {
    const known = ids.get(object)
    if (known !== undefined) return known
    count += 1
    const id = `${prefix}.${count}`
    ids.set(object, id)
    return id
  }

  const place = (message: Message): SentFrom => ({
    message: keyOf(message),
    path: message.path,
    function: message.function,
  })

  const onMessage = subscribersOf<MessageTrace>(({ batch, message }) => {
    report({
      type: 'messageStarted',
      ...traced(batch, message),
      path: message.payload?.path,
      decoded: decoded.get(message),
      payload: capture(message.payload ?? message.body),
    })
  })

  const onFunction = subscribersOf<FunctionTrace>(
    (trace) => {
      const { batch, message, name, payload } = trace
      report({
        type: 'functionStarted',
        ...traced(batch, message),
        id: idOf(trace),
        name,
        path: payload.path,
        pathRun: idOf(payload),
        input: capture(payload.kwargs),
      })
    },
    (trace) => {
      const ended = { type: 'functionEnded', id: idOf(trace), at: now() } as const
      if ('error' in trace) report({ ...ended, error: captureError(trace.error, folder) })
      else report({ ...ended, output: capture(trace.result) })
    },
  )

  const onSend = subscribersOf<SendTrace>(
    (trace) => {
      const { batch, queue, entries } = trace
      report({
        type: 'sendStarted',
        id: idOf(trace),
        requestId: requestIdOf(batch),
        at: now(),
        queue: referenceOf(queue),
        entries: entries.map(({ message, headers }) => sentFrom.get(headers) ?? place(message)),
      })
    },
    (trace) => {
      const failures: readonly unknown[] = Array.isArray(trace.result) ? trace.result : []
      report({
        type: 'sendEnded',
        id: idOf(trace),
        at: now(),
        sendFailures: failures.flatMap((failure, index) =>
          failure === undefined ? [] : [{ index, code: String((failure as { readonly code?: unknown }).code) }],
        ),
        ...('error' in trace ? { error: captureError(trace.error, folder) } : {}),
      })
    },
  )

  const onBatch = subscribersOf<BatchTrace>(timeDecoding, ({ batch }) => {
    for (const message of batch.received) {
      const error = errorOf(message)
      report({
        type: 'messageEnded',
        ...traced(batch, message),
        decoded: decoded.get(message),
        outcome: message.outcome ?? 'failed',
        path: message.path,
        function: message.function,
        ...(error === undefined ? {} : { error: captureError(error, folder) }),
      })
    }
  })

  /** lpipe publishes no channel about it: a batch without a subscriber must not pay for one more. */
  function timeDecoding({ batch }: BatchTrace): void {
    const { prepare } = batch as InvocationBatch
    Object.assign(batch, {
      prepare(message: Message & Parameters<typeof prepare>[0]) {
        if (decoded.has(message)) return
        const startedAt = now()
        prepare.call(batch as InvocationBatch, message)
        decoded.set(message, { startedAt, endedAt: now() })
      },
    })
  }

  const onEntry = listener<unknown>((trace) => {
    const { message, headers } = trace as EntryTrace
    sentFrom.set(headers, { ...place(message), at: now() })
  })

  const onRequest = listener<unknown>((event) => {
    const current = running.getStore()
    if (current === undefined) return
    const { requestId, send, message } = current
    const { request } = event as { readonly request: ClientRequest }
    const command = request.getHeader('amz-sdk-invocation-id')
    if (typeof command === 'string') report({ type: 'called', requestId, command, send, from: message })
  })

  channels.message.subscribe(onMessage)
  channels.function.subscribe(onFunction)
  channels.send.subscribe(onSend)
  channels.batch.subscribe(onBatch)
  channels.entry.subscribe(onEntry)
  subscribe('http.client.request.start', onRequest)
  const unbind = [
    bind<MessageTrace>(channels.message.start, running, ({ batch, message }) => ({
      requestId: requestIdOf(batch),
      message: place(message),
    })),
    bind<FunctionTrace>(channels.function.start, running, ({ batch, message, name, payload }) => ({
      requestId: requestIdOf(batch),
      message: { message: keyOf(message), path: payload.path, function: name },
    })),
    bind<SendTrace>(channels.send.start, running, (trace) => ({
      requestId: requestIdOf(trace.batch),
      send: idOf(trace),
    })),
  ]

  return {
    running,
    close: () => {
      channels.message.unsubscribe(onMessage)
      channels.function.unsubscribe(onFunction)
      channels.send.unsubscribe(onSend)
      channels.batch.unsubscribe(onBatch)
      channels.entry.unsubscribe(onEntry)
      unsubscribe('http.client.request.start', onRequest)
      for (const end of unbind) end()
    },
  }
}

const now = (): number => performance.timeOrigin + performance.now()

/** Messages without an id, such as RAW events, are known by their position. */
const keyOf = ({ record, index }: Message): string => recordKey(record) ?? String(index)

const requestIdOf = ({ context }: Batch): string => String(context.awsRequestId)

const traced = (batch: Batch, message: Message) => ({
  requestId: requestIdOf(batch),
  message: keyOf(message),
  at: now(),
})

/** Returns a queue as its code names it. */
export const referenceOf = ({ type, name, url = '', path }: Queue) => ({
  type,
  name: name ?? url.slice(url.lastIndexOf('/') + 1),
  path,
})

/** Sets what runs, for all code that runs because of a trace. Returns a function that ends it. */
const bind = <T>(channel: object, running: AsyncLocalStorage<Running>, what: (trace: T) => Running): (() => void) => {
  // The types of Node.js say that a store holds what is published.
  const typed = channel as Channel<Running, T>
  typed.bindStore(running, what)
  return () => void typed.unbindStore(running)
}

const ignore = (): void => undefined

/** Makes a subscriber that never throws: Node.js ends the process for one that does. */
const listener =
  <T>(listen: (trace: T) => void) =>
  (trace: T): void => {
    try {
      listen(trace)
    } catch {}
  }

const subscribersOf = <T>(starts: (trace: T & object) => void, ends: (trace: T & object) => void = ignore) => ({
  start: listener(starts),
  end: ignore,
  asyncStart: ignore,
  asyncEnd: listener(ends),
  error: ignore,
})
