import { subscribe, tracingChannel, unsubscribe } from 'node:diagnostics_channel'
import { afterEach, describe, expect, test } from '@jest/globals'
import {
  type BatchTrace,
  type EntryTrace,
  type FunctionTrace,
  type MessageTrace,
  openBatch,
  type SendTrace,
} from '@lpipe/core/middleware'
import { invoke, memoryQueue, silentLogger, sqsEvent } from '@lpipe/testing'
import middy, { type MiddlewareObj } from '@middy/core'
import { FailCatastrophically, lpipe, payload } from 'lpipe-preset'

const quiet = silentLogger()
type Trace = BatchTrace & Partial<MessageTrace & FunctionTrace & SendTrace>

let stop: (() => void)[] = []
afterEach(() => {
  for (const end of stop) end()
  stop = []
})

/** Collects the events of the channels: `message:start`, and so on. */
const listen = (): string[] => {
  const events: string[] = []
  for (const name of ['batch', 'message', 'function', 'send']) {
    const channel = tracingChannel<Trace, Trace>(`lpipe:${name}`)
    const note = (event: string) => (trace: Trace) => {
      const subject = trace.name ?? trace.queue?.name ?? trace.message?.id ?? trace.batch.source?.name
      events.push(`${name}:${event} ${subject}`)
    }
    const handlers = {
      start: note('start'),
      end: () => {},
      asyncStart: () => {},
      asyncEnd: note('asyncEnd'),
      error: note('error'),
    }
    channel.subscribe(handlers)
    stop.push(() => channel.unsubscribe(handlers))
  }
  return events
}

describe('the tracing channels', () => {
  const { queue: to } = memoryQueue({ name: 'next' })
  const forward = function forward({ id }: { id: number }) {
    if (id === 2) throw new FailCatastrophically('oops')
    return payload({ queue: to, kwargs: { id } })
  }

  test('publish the batch, its messages, their functions, and the calls to queues', async () => {
    const handler = middy().use(lpipe({ call: forward, logger: quiet }))
    const events = listen()
    await invoke(handler, sqsEvent([{ id: 1 }, { id: 2 }]))
    expect(events).toEqual([
      'batch:start sqs',
      'message:start message-0',
      'function:start forward',
      'function:asyncEnd forward',
      'message:asyncEnd message-0',
      'message:start message-1',
      'function:start forward',
      'function:error forward',
      'function:asyncEnd forward',
      'message:error message-1',
      'message:asyncEnd message-1',
      'send:start next',
      'send:asyncEnd next',
      'batch:asyncEnd sqs',
    ])
  })

  test('publish all events of a tracing channel', async () => {
    const events: Record<string, string[]> = {}
    for (const name of ['batch', 'message', 'function', 'send']) {
      const note = (event: string) => () => {
        events[name] = [...(events[name] ?? []), event]
      }
      const channel = tracingChannel(`lpipe:${name}`)
      const handlers = {
        start: note('start'),
        end: note('end'),
        asyncStart: note('asyncStart'),
        asyncEnd: note('asyncEnd'),
        error: note('error'),
      }
      channel.subscribe(handlers)
      stop.push(() => channel.unsubscribe(handlers))
    }
    const handler = middy().use(lpipe({ call: forward, logger: quiet }))
    await invoke(handler, [{ id: 1 }])
    const whole = ['start', 'end', 'asyncStart', 'asyncEnd']
    expect(events).toEqual({ batch: whole, message: whole, function: whole, send: whole })
    for (const name of Object.keys(events)) delete events[name]
    await expect(invoke(handler, [{ id: 2 }])).rejects.toThrow('oops')
    const failed = ['start', 'end', 'error', 'asyncStart', 'asyncEnd']
    expect(events).toEqual({ batch: failed, message: failed, function: failed })
  })

  test('publish an invocation that throws', async () => {
    const handler = middy().use(lpipe({ call: forward, logger: quiet }))
    const events = listen()
    await expect(invoke(handler, [{ id: 2 }])).rejects.toThrow('oops')
    expect(events.slice(-2)).toEqual(['batch:error raw', 'batch:asyncEnd raw'])
  })

  test('publish a response once: what is thrown after it does not end the process', async () => {
    const unhandled: unknown[] = []
    const note = (reason: unknown) => void unhandled.push(reason)
    process.on('unhandledRejection', note)
    const commit = {
      after: () => {
        throw new Error('no commit')
      },
    }
    const handler = middy().use([commit, ...lpipe({ call: forward, logger: quiet })])
    const events = listen()
    await expect(invoke(handler, [{ id: 1 }])).rejects.toThrow('no commit')
    await new Promise(setImmediate) // when Node looks for them
    await new Promise(setImmediate)
    process.off('unhandledRejection', note)
    expect(unhandled).toEqual([])
    expect(events.filter((line) => line.startsWith('batch'))).toEqual(['batch:start raw', 'batch:asyncEnd raw'])
  })

  test('publish a message that a `wrapMessage` hook wraps', async () => {
    const ran: unknown[] = []
    const wrap: MiddlewareObj = {
      before: (request) => {
        openBatch(request).use({
          wrapMessage: (message, run) => {
            ran.push(message.id)
            return run()
          },
        })
      },
    }
    const handler = middy().use([wrap, ...lpipe({ call: forward, logger: quiet })])
    const events = listen()
    await invoke(handler, sqsEvent([{ id: 1 }]))
    expect(ran).toEqual(['message-0'])
    expect(events).toEqual(expect.arrayContaining(['message:start message-0', 'message:asyncEnd message-0']))
  })

  test('change no response', async () => {
    const handler = middy().use(lpipe({ call: forward, logger: quiet }))
    const event = sqsEvent([{ id: 1 }, { id: 2 }, { id: 3 }])
    const alone = await invoke(handler, event)
    listen()
    expect(await invoke(handler, event)).toEqual(alone)
  })

  test('a header that a subscriber adds to an entry is sent', async () => {
    const memory = memoryQueue()
    const add = (trace: unknown) => {
      const { headers, message } = trace as EntryTrace
      headers['traceparent'] = `for ${message.id}`
    }
    subscribe('lpipe:entry', add)
    stop.push(() => unsubscribe('lpipe:entry', add))
    await invoke(middy().use(lpipe({ call: () => payload({ queue: memory.queue }), logger: quiet })), sqsEvent([{}]))
    expect(memory.sent[0]?.entry.headers).toMatchObject({ traceparent: 'for message-0' })
  })
})
