import type { Journey, LogLine } from '../api/types.ts'
import type { Entries } from './entries.ts'
import { type Entry, messageOf } from './entry.ts'

const maxMessages = 1000

/** Returns the way of a message: from the first one to all that came from it. */
export const journeyOf = (entries: Entries, entry: Entry, lines: readonly LogLine[]): Journey => {
  const root = entries.get(entry.rootId) ?? entry
  const found = [root]
  const known = new Set([root.id])
  let incomplete = root.id !== entry.rootId || (root.parentId !== undefined && entries.get(root.parentId) === undefined)
  for (const next of found) {
    for (const id of next.children) {
      const child = entries.get(id)
      if (child === undefined || found.length >= maxMessages) incomplete = true
      else if (!known.has(id)) {
        known.add(id)
        found.push(child)
      }
    }
  }
  const ends = found.map(({ endedAt }) => endedAt)
  const isOpen = found.some(({ state }) => state === 'waiting' || state === 'running' || state === 'failed')
  return {
    rootId: entry.rootId,
    id: entry.id,
    startedAt: root.sentAt,
    ...(isOpen ? {} : { endedAt: Math.max(root.sentAt, ...ends.filter((end) => end !== undefined)) }),
    messages: found.map(messageOf),
    spans: found.flatMap(({ spans }) => spans).toSorted((one, other) => one.startedAt - other.startedAt),
    logs: lines.filter(({ messageId }) => messageId !== undefined && known.has(messageId)),
    incomplete,
  }
}
