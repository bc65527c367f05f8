import type { Command } from 'commander'
import { jsonText, print, shortText, table } from '../output.ts'
import { chooseTarget, withTarget } from '../target/choose-target.ts'
import { type SelectionOptions, selectLetters, withSelection } from './selection.ts'

/** Adds `lpipe dead list`. */
export const addDeadList = (dead: Command): void => {
  const command = dead.command('list').description('list dead letters')
  withSelection(withTarget(command)).action(list)
}

const list = async (options: SelectionOptions): Promise<void> => {
  const letters = await selectLetters(await chooseTarget(options), [], options)
  if (options.json) return print(jsonText(letters))
  if (letters.length === 0) return print('no dead letters\n')
  const rows = letters.map(({ id, kind, time, lambda, path, function: name, error, body }) => [
    id,
    kind,
    time?.slice(0, 19).replace('T', ' ') ?? '-',
    [lambda, path, name].filter((one) => one !== null).join(' / ') || '-',
    error === null ? '-' : shortText(`${error.name}: ${error.message}`, 60),
    shortText(body, 60),
  ])
  return print(
    table(
      ['ID', 'KIND', 'TIME (UTC)', 'PLACE', 'ERROR', 'BODY'],
      rows.map((row) => row.map((cell) => shortText(cell, 80))),
    ),
  )
}
