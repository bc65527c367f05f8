import { exactJson, invalidConfiguration, tryOr } from '@lpipe/core/middleware'
import type { DeadLetterMessage } from './dead-letter-message.ts'
import type { DeadLetterFilter, MatchesDeadLetter } from './filter.ts'

/** Returns the new body of a message, or a promise of it: a string is sent as it is, any other value as JSON. */
export type Edit = (letter: DeadLetterMessage) => unknown

/** A new body: a string is sent as it is, any other value as JSON. */
export type NewBody = string | number | boolean | null | readonly unknown[] | Readonly<Record<string, unknown>>

/** Returns the text to send instead of the original one, or the reason why there is none. */
export type TextOf = (letter: DeadLetterMessage) => Promise<{ readonly text: string } | string>

/**
 * Reads the option `edit`.
 *
 * @throws InvalidConfigurationError for a body without the id of its message: all messages would become the same
 */
export const readEdit = (
  factory: string,
  edit: Edit | NewBody | undefined,
  filter: DeadLetterFilter | MatchesDeadLetter | undefined,
): TextOf | undefined => {
  if (edit === undefined) return undefined
  if (typeof edit !== 'function' && (typeof filter !== 'object' || filter.ids?.length !== 1)) {
    invalidConfiguration(
      `${factory}: \`edit\` with a body requires \`filter: { ids: [ID] }\` with one id; use a function for several`,
    )
  }
  return async (letter) => {
    const body: unknown = typeof edit === 'function' ? await edit(letter) : edit
    const text = typeof body === 'string' ? body : tryOr(() => exactJson(body), undefined)
    if (text !== undefined) return { text }
    return '`edit` must return the new body: a string, or a value that JSON can carry. Return `letter.body` to change nothing'
  }
}
