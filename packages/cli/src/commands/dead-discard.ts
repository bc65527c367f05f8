import { quantity } from '@lpipe/core/middleware'
import type { Command } from 'commander'
import { confirm } from '../confirm.ts'
import { chooseTarget, withTarget } from '../target/choose-target.ts'
import { showResult } from './letter-result.ts'
import { type SelectionOptions, selectSome, withSelection } from './selection.ts'

interface DiscardOptions extends SelectionOptions {
  readonly note: string
  readonly yes?: true
}

/** Adds `lpipe dead discard`. */
export const addDeadDiscard = (dead: Command): void => {
  const command = dead
    .command('discard')
    .description('delete dead letters for good')
    .argument('[ids...]', 'their ids in the dead-letter queue')
    .option('--all', 'all dead letters')
    .requiredOption('--note <text>', 'why: a text for the audit line of each')
    .option('-y, --yes', 'in an account: do not ask')
  withSelection(withTarget(command)).action(discard)
}

const discard = async (ids: readonly string[], options: DiscardOptions): Promise<void> => {
  const target = await chooseTarget(options)
  const letters = await selectSome(target, ids, options)
  if (target.isAccount) {
    const question = `Delete ${quantity(letters.length, 'dead letter')} of ${options.queue} in ${target.name} for good?`
    await confirm(question, options.yes === true)
  }
  const action = { queue: options.queue, ids: letters.map(({ id }) => id), note: options.note }
  showResult(await target.discard(action), 'discarded', options.json === true)
}
