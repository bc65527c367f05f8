import type { Command } from 'commander'
import { CommandError, UsageError } from '../command-error.ts'
import { filterHelp, readConditions } from '../filter-option.ts'
import type { TargetOptions } from '../target/choose-target.ts'
import type { DeadLetterSummary, Target } from '../target/target.ts'
import { countOf } from './count.ts'

/** The options that select dead letters. */
export interface SelectionOptions extends TargetOptions {
  readonly queue?: string
  readonly filter?: readonly string[]
  readonly limit?: number
  readonly all?: true
}

/** Adds the options that select dead letters. */
export const withSelection = (command: Command): Command =>
  command
    .option('-q, --queue <name>', 'the dead-letter queue; required in an account')
    .option('-f, --filter <condition...>', filterHelp)
    .option('-l, --limit <count>', 'most dead letters', countOf)

/**
 * Returns dead letters.
 *
 * @param ids of those that are named. Default: all that the filter selects
 * @throws CommandError if one of those that are named is not there
 */
export const selectLetters = async (
  target: Target,
  ids: readonly string[],
  { queue, filter, limit }: SelectionOptions,
): Promise<readonly DeadLetterSummary[]> => {
  const found = await target.letters(queue, readConditions(filter))
  const letters = ids.length === 0 ? found : found.filter(({ id }) => ids.includes(id))
  const missing = ids.find((id) => !letters.some((letter) => letter.id === id))
  if (missing !== undefined) throw new CommandError(`there is no dead letter ${missing} that the options select`)
  return letters.slice(0, limit)
}

/**
 * Returns dead letters that something is done with.
 *
 * @throws UsageError if nothing says which ones
 * @throws CommandError if there is none
 */
export const selectSome = async (
  target: Target,
  ids: readonly string[],
  options: SelectionOptions,
): Promise<readonly DeadLetterSummary[]> => {
  if (ids.length === 0 && options.filter === undefined && !options.all) {
    throw new UsageError('name the dead letters: their ids, --filter, or --all')
  }
  const letters = await selectLetters(target, ids, options)
  if (letters.length === 0) throw new CommandError('no dead letter matches')
  return letters
}
