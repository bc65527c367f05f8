import type { EventName, Hub } from '../events/hub.ts'

/** Which events a stream has. */
export interface StreamOptions {
  readonly topics: readonly EventName[]
  readonly path: string | undefined
  readonly lambda: string | undefined
  readonly generation: number
}

/** The names of all events. */
export const eventNames: readonly EventName[] = [
  'hello',
  'stats',
  'flow',
  'messages',
  'invocations',
  'logs',
  'reload',
  'generate',
  'dead-letters',
]

const heartbeatMillis = 15_000
/** Bytes that may wait for a client that reads slowly. Then events are left out, and a `reload` event says to fetch again. */
const maxWaiting = 4 * 1024 * 1024

/** Returns the events as a stream of server-sent events. It never makes the server wait for the client. */
export const eventStream = (
  hub: Hub,
  { topics, path, lambda, generation }: StreamOptions,
): ReadableStream<Uint8Array> => {
  const encoder = new TextEncoder()
  let end = (): void => undefined
  let isBehind = false

  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        const write = (text: string): void => {
          const isFull = (controller.desiredSize ?? 0) <= 0
          if (!isFull) controller.enqueue(encoder.encode(text))
          isBehind = isFull
        }
        const send = (event: string, data: unknown): void => {
          // It has missed something: all that it shows must be fetched again.
          if (isBehind) write(eventText('reload', { generation, lambdas: [], files: [] }))
          if (!isBehind) write(eventText(event, data))
        }
        const unsubscribe = hub.subscribe({ topics: new Set(topics), path, lambda, send })
        const heartbeat = setInterval(() => write(':\n\n'), heartbeatMillis)
        end = () => {
          clearInterval(heartbeat)
          unsubscribe()
        }
        send('hello', { generation, time: Date.now() })
      },
      cancel: () => end(),
    },
    new ByteLengthQueuingStrategy({ highWaterMark: maxWaiting }),
  )
}

/** Two characters are escaped that many readers take for the end of a line. */
const eventText = (event: string, data: unknown): string => {
  const json = JSON.stringify(data).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
  return `event: ${event}\ndata: ${json}\n\n`
}
