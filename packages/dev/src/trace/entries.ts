import type { MessageState, Totals } from '../api/types.ts'
import type { AcceptedMessage } from './calls.ts'
import { createEntry, type Entry } from './entry.ts'

/** How much is kept. */
export interface KeptLimits {
  readonly messages: number
  readonly bytes: number
}

/** The newest messages. */
export interface Entries {
  readonly get: (id: string) => Entry | undefined
  /** Returns the entry of a message; adds it if it is new. */
  readonly add: (message: AcceptedMessage, sentAt: number) => Entry
  readonly setState: (entry: Entry, state: MessageState) => void
  /** An entry has changed. */
  readonly touch: (entry: Entry, moreBytes?: number) => void
  /** One message has come from another. */
  readonly connect: (child: Entry, parent: Entry) => void
  /** The newest first. */
  readonly newest: () => Iterable<Entry>
  /** How many messages of a queue are not done, and when the oldest of them was sent. */
  readonly openIn: (queue: string) => number
  readonly oldestIn: (queue: string) => number | undefined
  readonly totals: () => Omit<Totals, 'invocations' | 'deadLetters'>
  /** Returns the entries that changed since the last call, the oldest first. */
  readonly takeChanged: () => Entry[]
  /** Whether entries were removed to stay within the limits. */
  readonly hasForgotten: () => boolean
}

/** The states in which a message comes back. */
const open: ReadonlySet<MessageState> = new Set(['waiting', 'running', 'failed'])

export const createEntries = (limits: KeptLimits): Entries => {
  const entries = new Map<string, Entry>()
  const states: Record<MessageState, number> = {
    waiting: 0,
    running: 0,
    succeeded: 0,
    dropped: 0,
    failed: 0,
    dead: 0,
    discarded: 0,
  }
  /** The messages of each queue that are not done, the oldest first. */
  const opened = new Map<string, Set<Entry>>()
  /** Messages that were forgotten while they waited: they are counted until they are added again. */
  const waiting = new Set<string>()
  let changed = new Set<Entry>()
  let seq = 0
  let total = 0
  let bytes = 0
  let forgotten = false

  const setOpen = (entry: Entry): void => {
    const ofQueue = opened.get(entry.queue) ?? new Set()
    opened.set(entry.queue, ofQueue)
    if (open.has(entry.state)) ofQueue.add(entry)
    else ofQueue.delete(entry)
  }

  const forgetOldest = (): void => {
    while (entries.size > 1 && (entries.size > limits.messages || bytes > limits.bytes)) {
      const [oldest] = entries.values()
      if (oldest === undefined) return
      entries.delete(oldest.id)
      changed.delete(oldest)
      opened.get(oldest.queue)?.delete(oldest)
      bytes -= oldest.size
      forgotten = true
      if (oldest.state === 'waiting') waiting.add(oldest.id)
      if (oldest.state === 'waiting' || !open.has(oldest.state)) continue
      // How it ends may not be recorded. It is counted again if it is received again.
      states[oldest.state] -= 1
      total -= 1
    }
  }

  return {
    get: (id) => entries.get(id),
    add: (message, sentAt) => {
      const known = entries.get(message.id)
      if (known !== undefined) return known
      if (waiting.delete(message.id)) {
        states.waiting -= 1
        total -= 1
      }
      seq += 1
      const entry = createEntry(message, seq, sentAt)
      entries.set(entry.id, entry)
      states.waiting += 1
      total += 1
      bytes += entry.size
      setOpen(entry)
      changed.add(entry)
      forgetOldest()
      return entry
    },
    setState: (entry, state) => {
      if (entry.state !== state && entries.has(entry.id)) {
        states[entry.state] -= 1
        states[state] += 1
      }
      entry.state = state
      if (!entries.has(entry.id)) return
      setOpen(entry)
      changed.add(entry)
    },
    touch: (entry, moreBytes = 0) => {
      entry.size += moreBytes
      if (!entries.has(entry.id)) return
      bytes += moreBytes
      changed.add(entry)
      forgetOldest()
    },
    connect: (child, parent) => {
      // A FIFO queue answers a second send with the first message: one that came from it does not become its origin.
      if (parent.rootId === child.rootId) return
      child.parentId = parent.id
      parent.children.push(child.id)
      changed.add(parent)
      const rest = [child]
      for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
        next.rootId = parent.rootId
        changed.add(next)
        rest.push(...next.children.flatMap((id) => entries.get(id) ?? []))
      }
    },
    newest: () => [...entries.values()].reverse(),
    openIn: (queue) => opened.get(queue)?.size ?? 0,
    oldestIn: (queue) => {
      const [oldest] = opened.get(queue) ?? []
      return oldest?.sentAt
    },
    totals: () => {
      const { discarded, dead, ...others } = states
      return { messages: total, ...others, dead: dead + discarded }
    },
    takeChanged: () => {
      const taken = [...changed]
      changed = new Set()
      return taken
    },
    hasForgotten: () => forgotten,
  }
}
