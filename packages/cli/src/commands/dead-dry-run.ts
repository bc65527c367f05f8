import type { Command } from 'commander'
import { jsonText, print, printable, shortText } from '../output.ts'
import { chooseTarget, withTarget } from '../target/choose-target.ts'
import { bodyOption } from './body-option.ts'
import { type SelectionOptions, selectSome, withSelection } from './selection.ts'

interface DryRunOptions extends SelectionOptions {
  readonly body?: string
}

/** Adds `lpipe dead dry-run`. */
export const addDeadDryRun = (dead: Command): void => {
  const command = dead
    .command('dry-run')
    .description(
      'run the messages of dead letters with the code as it is now; what lpipe would send is captured, not sent',
    )
    .argument('[ids...]', 'their ids in the dead-letter queue')
    .option('--all', 'all dead letters')
    .option('--body <json>', 'instead of the body of the one message that is named; - reads the standard input')
    .option(
      '--function <name>',
      'in an account: the function of lpipe.config.ts to run (default: the one that the letter names)',
    )
    .addHelpText(
      'after',
      '\nYour functions run: what they do without lpipe, such as a write to a database, is done. In an account they run in this\nprocess, with your credentials.',
    )
  withSelection(withTarget(command)).action(dryRun)
}

const dryRun = async (ids: readonly string[], options: DryRunOptions): Promise<void> => {
  const body = await bodyOption(options.body, ids)
  const target = await chooseTarget(options)
  const letters = await selectSome(target, ids, options)
  const runs = await target.dryRun({ queue: options.queue, ids: letters.map(({ id }) => id), note: undefined, body })
  if (options.json) print(jsonText(runs))
  for (const { id, outcome, error, sends } of options.json ? [] : runs) {
    print(
      `${printable(id)}  ${outcome}${error === null ? '' : `  ${shortText(`${error.name}: ${error.message}`, 200)}`}\n`,
    )
    for (const send of sends) print(`  would send to ${printable(send.queue)}: ${shortText(send.body, 200)}\n`)
  }
  if (runs.some(({ succeeded }) => !succeeded)) process.exitCode = 1
}
