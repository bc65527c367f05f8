import type {
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
import type { LetterConditions } from '../filter-option.ts'
import { printable } from '../output.ts'
import type { DevApi } from './dev-api.ts'
import { matchesConditions } from './matches.ts'
import type { DeadLetterDetails, DeadLetterSummary, DryRun, LetterResult, Target } from './target.ts'

/** Commands work on the queues of a running `lpipe dev`. */
export const createDevTarget = (api: DevApi): Target => {
  const lettersPath = '/api/dead-letters'

  return {
    name: `lpipe dev at ${api.origin}`,
    isAccount: false,

    send: async (request) => (await api.post<SendResult>('/api/messages/send', request)).ids,

    peek: async (queue, limit) => {
      const path = `/api/queues/${encodeURIComponent(queue)}/messages`
      const { messages } = await api.get<QueueContents>(path, { limit: String(limit) })
      return messages.map(({ id, receiveCount, groupId = null, body }) => ({
        id,
        receiveCount,
        groupId,
        body: body.text,
      }))
    },

    letters: async (queue, conditions) => lettersOf(await api.get<DeadLetters>(lettersPath, { queue }), conditions),

    letter: async (_, id) => fullLetter(await api.get<DeadLetter>(`${lettersPath}/${encodeURIComponent(id)}`)),

    dryRun: async ({ ids, body }) => {
      const runs: DryRun[] = []
      for (const id of ids) {
        const path = `${lettersPath}/${encodeURIComponent(id)}/dry-run`
        runs.push(dryRunOf(id, await api.post<DryRunResult>(path, body === undefined ? {} : { body })))
      }
      return runs
    },

    redrive: async ({ ids, body, note }) =>
      resultOf(await api.post<DeadLetterResult>(`${lettersPath}/redrive`, { ids, body, note })),

    discard: async ({ ids, note }) =>
      resultOf(await api.post<DeadLetterResult>(`${lettersPath}/discard`, { ids, note })),

    tail: async ({ path, lambda, signal, onLine }) => {
      const seen = new Map<string, string>()
      await api.events({ topics: 'messages', path, lambda }, signal, (name, data) => {
        if (name !== 'messages') return
        const { messages, skipped } = data as MessagesEvent
        for (const message of messages) {
          const { id, state, deliveries } = message
          const key = `${state} ${deliveries}`
          if (seen.get(id) === key) continue
          seen.set(id, key)
          onLine(messageText(message), message)
        }
        if (skipped > 0) onLine(`... and ${skipped} more`, { skipped })
      })
    },
  }
}

const lettersOf = ({ deadLetters }: DeadLetters, conditions: LetterConditions): DeadLetterSummary[] =>
  deadLetters.map(letterOf).filter((letter) => matchesConditions(letter, conditions))

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
  issues: letter.fullError?.issues?.text ?? null,
  problem: letter.problem ?? null,
})

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
