import {
  checkOptions,
  ignoreRejection,
  invalidConfiguration,
  isThenable,
  type Rule,
  typeName,
} from '@lpipe/core/middleware'
import type { DeadLetterMessage } from './dead-letter-message.ts'

/** Which dead letters: all conditions must hold. */
export interface DeadLetterFilter {
  /** Ids of messages in the dead-letter queue. */
  readonly ids?: readonly string[]
  /** `dropped`: dead letters that lpipe wrote. `failed`: the other messages. */
  readonly kind?: DeadLetterMessage['kind']
  readonly path?: string
  readonly function?: string
  /** The name of the Lambda that dropped it. */
  readonly lambda?: string
  /** The name of the error, such as `InvalidPayloadError`. */
  readonly error?: string
  /** A part of the error's message, of the body or of an id, without regard to case. */
  readonly text?: string
  /** Only those that were dropped or sent at least this many seconds ago. */
  readonly minAgeSeconds?: number
  /** Only those that were dropped or sent at most this many seconds ago. */
  readonly maxAgeSeconds?: number
}

/** Whether a dead letter is selected. */
export type MatchesDeadLetter = (letter: DeadLetterMessage) => boolean

const rules = {
  ids: 'array',
  kind: ['dropped', 'failed'],
  path: 'string',
  function: 'string',
  lambda: 'string',
  error: 'string',
  text: 'string',
  minAgeSeconds: 0,
  maxAgeSeconds: 0,
} as const satisfies Record<keyof DeadLetterFilter, Rule>

/** The rule of the option `filter`. */
export const filterRule = {
  expected: 'an object of conditions or a function',
  accepts: (value) => typeof value === 'function' || (typeof value === 'object' && value !== null),
} as const satisfies Rule

/**
 * Returns the function that selects dead letters.
 *
 * @throws InvalidConfigurationError for a condition that is unknown or wrong. Otherwise a misspelt one would select all
 */
export const readFilter = (factory: string, filter: DeadLetterFilter | MatchesDeadLetter = {}): MatchesDeadLetter => {
  if (typeof filter === 'function') return (letter) => asBoolean(factory, filter(letter))
  checkOptions(`${factory}: \`filter\``, filter, rules)
  const { ids, kind, path, function: functionName, lambda, error, text, minAgeSeconds, maxAgeSeconds } = filter
  const now = Date.now()
  const needle = text?.toLowerCase()
  const equals = (expected: string | undefined, actual: string | null | undefined): boolean =>
    expected === undefined || expected === actual
  return (letter) => {
    const age = letter.time === null ? Number.NaN : (now - Date.parse(letter.time)) / 1000
    return (
      (ids === undefined || ids.includes(letter.messageId)) &&
      equals(kind, letter.kind) &&
      equals(path, letter.path) &&
      equals(functionName, letter.function) &&
      equals(lambda, letter.lambda.name) &&
      equals(error, letter.error?.name) &&
      (minAgeSeconds === undefined || age >= minAgeSeconds) &&
      (maxAgeSeconds === undefined || age <= maxAgeSeconds) &&
      (needle === undefined || textsOf(letter).some((one) => one.toLowerCase().includes(needle)))
    )
  }
}

/** A promise would select every dead letter. */
const asBoolean = (factory: string, result: unknown): boolean => {
  if (typeof result === 'boolean') return result
  ignoreRejection(result)
  const received = isThenable(result) ? 'a promise' : typeName(result)
  return invalidConfiguration(`${factory}: the function \`filter\` must return a boolean, received ${received}`)
}

const textsOf = ({ messageId, source, error, body }: DeadLetterMessage): string[] => [
  messageId,
  source.id ?? '',
  error?.message ?? '',
  typeof body === 'string' ? body : (JSON.stringify(body) ?? ''),
]
