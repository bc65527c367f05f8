import { quantity } from '@lpipe/core/middleware'
import type { Command } from 'commander'
import { confirm } from '../confirm.ts'
import { chooseTarget, withTarget } from '../target/choose-target.ts'
import { bodyOption } from './body-option.ts'
import { showResult } from './letter-result.ts'
import { type SelectionOptions, selectSome, withSelection } from './selection.ts'

interface RedriveOptions extends SelectionOptions {
  readonly body?: string
  readonly to?: readonly string[]
  readonly note?: string
  readonly yes?: true
}

/** Adds `lpipe dead redrive`. */
export const addDeadRedrive = (dead: Command): void => {
  const command = dead
    .command('redrive')
    .description('send dead letters back to where they came from, and delete those that were accepted')
    .argument('[ids...]', 'their ids in the dead-letter queue')
    .option('--all', 'all dead letters')
    .option('--body <json>', 'instead of the body of the one message that is named; - reads the standard input')
    .option(
      '--to <queue...>',
      'in an account: the queues and streams that may be sent to (default: the event sources of the Lambda)',
    )
    .option('--note <text>', 'a text for the audit line of each')
    .option('-y, --yes', 'in an account: do not ask')
  withSelection(withTarget(command)).action(redrive)
}

const redrive = async (ids: readonly string[], options: RedriveOptions): Promise<void> => {
  const body = await bodyOption(options.body, ids)
  const target = await chooseTarget(options)
  const letters = await selectSome(target, ids, options)
  if (target.isAccount) {
    const question = `Send back ${quantity(letters.length, 'dead letter')} of ${options.queue} in ${target.name}, and delete those that are accepted?`
    await confirm(question, options.yes === true)
  }
  const action = { queue: options.queue, ids: letters.map(({ id }) => id), note: options.note, body, to: options.to }
  showResult(await target.redrive(action), 'redriven', options.json === true)
}
