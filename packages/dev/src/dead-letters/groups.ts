import type { DeadLetterFilter, DeadLetterGroup, DeadLetterSummary } from '../api/types.ts'
import type { QueuedDeadLetter } from './queued-dead-letter.ts'

/** What letters of one group have in common. */
const keys = ['kind', 'queue', 'lambda', 'path', 'function'] as const

/** Groups dead letters by their error, path and function: the largest group first. */
export const groupLetters = (letters: readonly DeadLetterSummary[]): DeadLetterGroup[] => {
  const groups = Map.groupBy(letters, (letter) =>
    JSON.stringify([letter.error?.name, letter.error?.message, ...keys.map((key) => letter[key])]),
  )
  return [...groups.values()].map(groupOf).sort((one, other) => other.count - one.count)
}

const groupOf = (letters: readonly DeadLetterSummary[]): DeadLetterGroup => {
  const [first] = letters as [DeadLetterSummary]
  const { kind, queue, lambda, path, function: name, error } = first
  const shared = {
    kind,
    queue,
    ...(lambda === undefined ? {} : { lambda }),
    ...(path === undefined ? {} : { path }),
    ...(name === undefined ? {} : { function: name }),
    ...(error === undefined ? {} : { error: error.name, message: error.message }),
  }
  const times = letters.flatMap(({ time }) => time ?? [])
  return {
    ...shared,
    filter: shared,
    count: letters.length,
    ids: letters.map(({ id }) => id),
    ...(times.length === 0 ? {} : { newestAt: Math.max(...times) }),
  }
}

/** Returns whether a dead letter matches a filter. */
export const matchesFilter = (letter: QueuedDeadLetter, filter: DeadLetterFilter): boolean => {
  const text = filter.text?.toLowerCase()
  return (
    keys.every((key) => filter[key] === undefined || letter[key] === filter[key]) &&
    (filter.error === undefined || letter.error?.name === filter.error) &&
    (filter.message === undefined || letter.error?.message === filter.message) &&
    (text === undefined ||
      [letter.message.messageId, letter.messageId, letter.body, letter.error?.name, letter.error?.message].some((one) =>
        one?.toLowerCase().includes(text),
      ))
  )
}
