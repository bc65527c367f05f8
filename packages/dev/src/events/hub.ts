import type { Events, InvocationSummary, LogLine } from '../api/types.ts'
import type { Entries } from '../trace/entries.ts'
import { type Entry, summaryOf } from '../trace/entry.ts'
import { invocationSummary, type KeptInvocations } from '../trace/invocations.ts'
import type { Logs } from '../trace/logs.ts'
import type { Counters } from '../trace/stats.ts'

/** The name of an event. */
export type EventName = keyof Events

/** Someone who listens to events. */
export interface Subscriber {
  /** The events that are wanted. */
  readonly topics: ReadonlySet<EventName>
  /** Only messages on this path. */
  readonly path?: string | undefined
  /** Only messages, invocations and lines of this Lambda. */
  readonly lambda?: string | undefined
  readonly send: <K extends EventName>(event: K, data: Events[K]) => void
}

/** Passes on what happens, together, a few times a second. */
export interface Hub {
  /** Returns a function that ends it. */
  readonly subscribe: (subscriber: Subscriber) => () => void
  /** Passes on an event at once. */
  readonly emit: <K extends EventName>(event: K, data: Events[K]) => void
  readonly close: () => void
}

/** What the hub passes on. */
export interface HubParts {
  readonly entries: Entries
  readonly counters: Counters
  readonly invocations: KeptInvocations
  readonly logs: Logs
  /** Whether an id is that of an edge. */
  readonly isEdge: (id: string) => boolean
}

const tickMillis = 250
const maxMessages = 100
const maxInvocations = 50
const maxLines = 100

export const createHub = ({ entries, counters, invocations, logs, isEdge }: HubParts): Hub => {
  const subscribers = new Set<Subscriber>()
  let last = Date.now()

  const emit: Hub['emit'] = (event, data) => {
    for (const { topics, send } of subscribers) if (topics.has(event)) send(event, data)
  }

  const sendMessages = (changed: readonly Entry[]): void => {
    for (const { topics, path, lambda, send } of subscribers) {
      if (!topics.has('messages')) continue
      const wanted = changed.filter(
        (entry) => (path === undefined || entry.path === path) && (lambda === undefined || entry.lambda === lambda),
      )
      if (wanted.length === 0) continue
      const shown = wanted.slice(-maxMessages)
      send('messages', { messages: shown.map(summaryOf), skipped: wanted.length - shown.length })
    }
  }

  const sendInvocations = (ended: readonly InvocationSummary[]): void => {
    for (const { topics, lambda, send } of subscribers) {
      if (!topics.has('invocations')) continue
      const wanted = ended.filter((one) => lambda === undefined || one.lambda === lambda)
      if (wanted.length === 0) continue
      const shown = wanted.slice(-maxInvocations)
      send('invocations', { invocations: shown, skipped: wanted.length - shown.length })
    }
  }

  const sendLines = (lines: readonly LogLine[], skipped: number): void => {
    for (const { topics, lambda, send } of subscribers) {
      if (!topics.has('logs')) continue
      const wanted = lines.filter((line) => lambda === undefined || line.lambda === lambda)
      if (wanted.length + skipped > 0) send('logs', { lines: wanted, skipped })
    }
  }

  const tick = (): void => {
    // Taken even without a subscriber: otherwise it would be kept.
    const flow = [...counters.takeFlow()].filter(([id]) => isEdge(id))
    const changed = entries.takeChanged()
    const ended = invocations.takeEnded()
    const { lines, skipped } = logs.takeNew(maxLines)
    const time = Date.now()
    if (flow.length > 0) emit('flow', { time, millis: time - last, edges: Object.fromEntries(flow) })
    last = time
    if (subscribers.size === 0) return
    if (changed.length > 0) sendMessages(changed)
    if (ended.length > 0) sendInvocations(ended.map(invocationSummary))
    if (lines.length > 0) sendLines(lines, skipped)
  }

  const timer = setInterval(tick, tickMillis)

  return {
    subscribe: (subscriber) => {
      subscribers.add(subscriber)
      return () => void subscribers.delete(subscriber)
    },
    emit,
    close: () => {
      clearInterval(timer)
      tick()
      subscribers.clear()
    },
  }
}
