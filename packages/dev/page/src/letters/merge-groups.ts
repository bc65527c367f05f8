import type { DeadLetterGroup } from '../../../src/api/types.ts'

/** Dead letters of the same error, path and function, whatever the text of the error. */
export interface LetterGroup extends Pick<DeadLetterGroup, 'kind' | 'queue' | 'error' | 'path' | 'function'> {
  readonly key: string
  /** The texts of the error, without those that differ in numbers only. */
  readonly messages: readonly string[]
  /** The ids of all its letters that the page has: what an action is about. */
  readonly ids: readonly string[]
}

/** Puts groups together that differ in the text of the error only: texts often hold ids and amounts. */
export const mergeGroups = (groups: readonly DeadLetterGroup[]): readonly LetterGroup[] => {
  const merged = Map.groupBy(groups, ({ kind, queue, error, path, function: name }) =>
    JSON.stringify([kind, queue, error, path, name]),
  )
  return [...merged].flatMap(([key, parts]): LetterGroup[] => {
    const [first] = parts
    if (first === undefined) return []
    const texts = new Map(parts.flatMap(({ message }) => (message === undefined ? [] : [[shape(message), message]])))
    return [{ ...first, key, messages: [...texts.values()], ids: parts.flatMap(({ ids }) => ids) }]
  })
}

const shape = (text: string): string => text.replace(/\d+/g, '0')
