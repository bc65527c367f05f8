import { FailButContinue, FailCatastrophically } from 'lpipe-preset'

const seen = new Set<string>()

/** The ids whose work is done. */
export const done = new Set<string>()

/**
 * Does the work of an id. An id with "busy" fails at its first attempt, and one with "bad" is dropped.
 *
 * @throws FailCatastrophically, FailButContinue
 */
export const work = (id: string): void => {
  if (id.includes('bad')) throw new FailButContinue('unusable')
  const isFirst = !seen.has(id)
  seen.add(id)
  if (id.includes('busy') && isFirst) throw new FailCatastrophically('busy, try again')
  done.add(id)
}
