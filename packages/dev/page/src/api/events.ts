import type { Events } from '../../../src/api/types.ts'
import { EventStreamParser } from './event-stream.ts'
import { send } from './request.ts'

const topics: readonly (keyof Events)[] = ['stats', 'flow', 'messages', 'reload', 'generate', 'dead-letters']

/** What is called with the data of each event. */
export type Listeners = { readonly [Name in keyof Events]?: (data: Events[Name]) => void }

/** Reads the events of the server until the signal aborts or the connection ends. `EventSource` cannot send the token. */
export const readEvents = async (listeners: Listeners, signal: AbortSignal): Promise<void> => {
  const { body } = await send(`/api/events?topics=${topics.join(',')}`, { signal })
  if (body === null) return
  const parser = new EventStreamParser()
  const reader = body.pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    const { value, done } = await reader.read()
    if (done) return
    for (const { event, data } of parser.read(value)) {
      const listener = listeners[event as keyof Events] as ((data: unknown) => void) | undefined
      listener?.(JSON.parse(data))
    }
  }
}
