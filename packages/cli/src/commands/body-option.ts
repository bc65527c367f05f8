import { text as textOf } from 'node:stream/consumers'
import { CommandError } from '../command-error.ts'

/**
 * Returns the body of the option `--body`.
 *
 * @throws CommandError if more than one message would get it
 */
export const bodyOption = async (given: string | undefined, ids: readonly string[]): Promise<string | undefined> => {
  if (given === undefined) return undefined
  if (ids.length !== 1) throw new CommandError('--body requires the id of one dead letter')
  return given === '-' ? textOf(process.stdin) : given
}
