import type { LetterConditions } from '../filter-option.ts'
import type { DeadLetterSummary } from './target.ts'

/** Whether all conditions hold for a dead letter. */
export const matchesConditions = (letter: DeadLetterSummary, conditions: LetterConditions): boolean => {
  const { kind, path, function: name, lambda, error, text, older = 0, newer = Infinity } = conditions
  const equals = (expected: string | undefined, actual: string | null | undefined): boolean =>
    expected === undefined || expected === actual
  const age = letter.time === null ? Number.NaN : (Date.now() - Date.parse(letter.time)) / 1000
  const hasAge = conditions.older === undefined && conditions.newer === undefined ? true : age >= older && age <= newer
  const texts = [letter.id, letter.error?.message ?? '', letter.body]
  return (
    hasAge &&
    equals(kind, letter.kind) &&
    equals(path, letter.path) &&
    equals(name, letter.function) &&
    equals(lambda, letter.lambda) &&
    equals(error, letter.error?.name) &&
    (text === undefined || texts.some((one) => one.toLowerCase().includes(text.toLowerCase())))
  )
}
