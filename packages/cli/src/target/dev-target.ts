import type {
  Captured,
  DeadLetter,
  DeadLetterResult,
  DeadLetters,
  DeadLetterSummary as DevDeadLetter,
  DryRunResult,
  MessageSummary,
  MessagesEvent,
  QueueContents,
  SendResult,
} from '@lpipe/dev'
import { printable } from '../output.ts'
import type { DevApi } from './dev-api.ts'
import type { DeadLetterDetails, DeadLetterSummary, DryRun, LetterResult, Target } from './target.ts'

/** Commands work on the queues of a running `lpipe dev`. */
export const createDevTarget = (api: DevApi): Target => {
  const lettersPath = '/api/dead-letters'
  const act = async (action: 'redrive' | 'discard', request: object): Promise<LetterResult> =>
    resultOf(await api.post<DeadLetterResult>(`${lettersPath}/${action}`, request))

  return {
    name: `lpipe dev at ${api.origin}`,
    isAccount: false,

    send: async (request) => (await api.post<SendResult>('/api/messages/send', request)).ids,

    peek: async (queue, limit) => {
      const path = `/api/queues/${encodeURIComponent(queue)}/messages`
      const { messages } = await api.get<QueueContents>(path, { limit: String(limit) })
      if (messages.some(({ body }) => body.cut)) console.error('bodies are cut: ask for fewer messages with --limit')
      return messages.map(({ id, receiveCount, groupId = null, body }) => ({
        id,
        receiveCount,
        groupId,
        body: body.text,
      }))
    },

    letters: async (queue, { older, newer, kind, ...conditions }) => {
      const query = { queue, ...conditions, kind: kind && kinds[kind], limit: String(maxLetters) }
      const { total, deadLetters } = await api.get<DeadLetters>(lettersPath, query)
      if (total > maxLetters) {
        console.error(`only the newest ${maxLetters} of ${total} dead letters are read. Select some with --filter`)
      }
      return deadLetters.map(letterOf).filter(({ time }) => hasAge(time, older, newer))
    },

    letter: async (_, id) => fullLetter(await api.get<DeadLetter>(`${lettersPath}/${encodeURIComponent(id)}`)),

    dryRun: async ({ ids, body }) => {
      const runs: DryRun[] = []
      for (const id of ids) {
        const path = `${lettersPath}/${encodeURIComponent(id)}/dry-run`
        runs.push(dryRunOf(id, await api.post<DryRunResult>(path, body === undefined ? {} : { body })))
      }
      return runs
    },

    redrive: ({ ids, body, note }) => inParts(ids, (part) => act('redrive', { ids: part, body, note })),

    discard: ({ ids, note }) => inParts(ids, (part) => act('discard', { ids: part, note })),

    tail: async ({ path, lambda, signal, onStart, onLine }) => {
      onStart()
      const seen = new Map<string, string>()
      await api.events({ topics: 'messages', path, lambda }, signal, (name, data) => {
        if (name !== 'messages') return
        const { messages, skipped } = data as MessagesEvent
        for (const message of messages) {
          const { id, state, deliveries } = message
          const key = `${state} ${deliveries}`
          if (seen.get(id) === key) continue
          seen.delete(id)
          seen.set(id, key)
          if (seen.size > maxSeen) seen.delete(seen.keys().next().value ?? '')
          onLine(messageText(message), message)
        }
        if (skipped > 0) onLine(`... and ${skipped} more`, { skipped })
      })
    },
  }
}

/** How the API calls the kinds. */
const kinds: Readonly<Record<string, string>> = { dropped: 'lpipe', failed: 'sqs' }

/** As many as the API lists, and as a request may name. */
const maxLetters = 100_000
const maxIds = 10_000
/** The server has no more messages either. */
const maxSeen = 10_000

/** Does something with any number of dead letters. */
const inParts = async (
  ids: readonly string[],
  act: (ids: readonly string[]) => Promise<LetterResult>,
): Promise<LetterResult> => {
  const results: LetterResult[] = []
  for (let from = 0; from < ids.length; from += maxIds) results.push(await act(ids.slice(from, from + maxIds)))
  return { done: results.flatMap(({ done }) => done), left: results.flatMap(({ left }) => left) }
}

/** @param time when it came into the dead-letter queue; if that is not known, it has no age */
const hasAge = (time: string | null, older = 0, newer = Infinity): boolean => {
  if (older === 0 && newer === Infinity) return true
  const age = time === null ? Number.NaN : (Date.now() - Date.parse(time)) / 1000
  return age >= older && age <= newer
}

const letterOf = ({ kind, time, preview, ...letter }: DevDeadLetter): DeadLetterSummary => ({
  id: letter.id,
  kind: kind === 'lpipe' ? 'dropped' : 'failed',
  queue: letter.queue,
  to: letter.to ?? null,
  lambda: letter.lambda ?? null,
  path: letter.path ?? null,
  function: letter.function ?? null,
  error: letter.error ?? null,
  receiveCount: letter.receiveCount ?? null,
  time: time === undefined ? null : new Date(time).toISOString(),
  body: preview,
})

const fullLetter = (letter: DeadLetter): DeadLetterDetails => ({
  ...letterOf(letter),
  body: letter.body.text,
  requestId: letter.requestId ?? null,
  stack: letter.fullError?.stack ?? null,
  issues: capturedValue(letter.fullError?.issues),
  problem: letter.problem ?? null,
})

/** Returns a captured value. The text of one that was cut, or that JSON cannot carry, is not JSON. */
const capturedValue = (captured: Captured | undefined): unknown => {
  if (captured === undefined) return null
  return captured.json && !captured.cut ? JSON.parse(captured.text) : captured.text
}

const dryRunOf = (id: string, { outcome, error, sends }: DryRunResult): DryRun => ({
  id,
  succeeded: outcome === 'succeeded',
  outcome,
  error: error === undefined ? null : { name: error.name, message: error.message, stack: error.stack ?? null },
  sends: sends.map(({ queue, body }) => ({ queue, body: body.text })),
})

const resultOf = ({ done, left }: DeadLetterResult): LetterResult => ({
  done: done.map(({ id, to = null, newId = null }) => ({ id, to, newId })),
  left,
})

const messageText = (message: MessageSummary): string => {
  const { state, queue, lambda, path, function: name, error, millis, deliveries, id } = message
  const time = new Date(message.endedAt ?? message.receivedAt ?? message.sentAt).toISOString().slice(11, 23)
  const place = [lambda, path, name].filter((one) => one !== undefined).join(' / ')
  const parts = [
    time,
    state.padEnd(9),
    `${queue.slice(queue.indexOf(':') + 1)}${place === '' ? '' : ` > ${place}`}`,
    ...(millis === undefined ? [] : [`${Math.round(millis)} ms`]),
    ...(deliveries > 1 ? [`delivery ${deliveries}`] : []),
    ...(error === undefined ? [] : [`${error.name}: ${error.message}`]),
    id,
  ]
  return printable(parts.join('  ')).slice(0, 500)
}
