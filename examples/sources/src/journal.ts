import { FailButContinue, FailCatastrophically } from 'lpipe-preset'

/** How a message ended, at one of its deliveries. */
export type Result = 'done' | 'dropped' | 'failed'

/** Does the work of messages, prints how each ended, and counts. */
export interface Journal {
  /**
   * Does the work of a message. A name with "broken" is dropped, and one with "busy" fails at its first delivery.
   *
   * @throws FailButContinue, FailCatastrophically
   */
  readonly work: (source: string, name: string, what: string) => void
  /** How often messages of a source ended in each way. A message that is delivered again counts again. */
  readonly counts: () => Readonly<Record<string, Readonly<Record<Result, number>>>>
}

export const createJournal = (print: (line: string) => void): Journal => {
  const tried = new Set<string>()
  const counts: Record<string, Record<Result, number>> = {}

  const note = (source: string, name: string, result: Result, what: string): void => {
    counts[source] ??= { done: 0, dropped: 0, failed: 0 }
    counts[source][result] += 1
    print(`  ${name.padEnd(22)} ${result.padEnd(8)} ${what}`)
  }

  return {
    work: (source, name, what) => {
      if (name.includes('broken')) {
        note(source, name, 'dropped', 'it can never be used')
        throw new FailButContinue('it can never be used')
      }
      const isFirst = !tried.has(name)
      tried.add(name)
      if (name.includes('busy') && isFirst) {
        note(source, name, 'failed', 'not now: it is delivered again')
        throw new FailCatastrophically('not now')
      }
      note(source, name, 'done', what)
    },
    counts: () => counts,
  }
}
