import type { MessagePage, MessageQuery } from '../api/types.ts'
import type { Entries } from './entries.ts'
import { type Entry, summaryOf } from './entry.ts'

const defaultLimit = 100

/** Returns the messages that match, the newest first. */
export const searchMessages = (entries: Entries, query: MessageQuery): MessagePage => {
  const { limit = defaultLimit, cursor } = query
  const matches = matcherOf(query)
  const before = cursor === undefined ? Infinity : Number(cursor)
  const found: Entry[] = []
  let total = 0
  for (const entry of entries.newest()) {
    if (!matches(entry)) continue
    total += 1
    if (entry.seq < before && found.length <= limit) found.push(entry)
  }
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return {
    messages: page.map(summaryOf),
    total,
    ...(found.length > limit && last !== undefined ? { next: String(last.seq) } : {}),
  }
}

const matcherOf = (query: MessageQuery): ((entry: Entry) => boolean) => {
  const { id, rootId, lambda, path, function: name, queue, state, roots } = query
  const text = query.text?.toLowerCase()
  const states = state === undefined || state === '' ? undefined : new Set<string>(state.split(','))
  return (entry) =>
    (id === undefined || entry.id.startsWith(id)) &&
    (rootId === undefined || entry.rootId === rootId) &&
    (lambda === undefined || entry.lambda === lambda) &&
    (path === undefined || hasPath(entry, path)) &&
    (name === undefined || hasFunction(entry, name)) &&
    (queue === undefined || entry.queue === queue || entry.queue.endsWith(`:${queue}`)) &&
    (states === undefined || states.has(entry.state)) &&
    (roots !== 'true' || entry.parentId === undefined) &&
    (text === undefined || textIn(entry, text))
}

const hasPath = (entry: Entry, path: string): boolean =>
  entry.path === path || entry.spans.some((span) => span.kind === 'path' && span.name === path)

const hasFunction = (entry: Entry, name: string): boolean =>
  entry.function === name || entry.spans.some((span) => span.kind === 'function' && span.name === name)

const textIn = ({ id, body, error }: Entry, text: string): boolean =>
  id.toLowerCase().includes(text) ||
  body.toLowerCase().includes(text) ||
  (error !== undefined && `${error.name}: ${error.message}`.toLowerCase().includes(text))
