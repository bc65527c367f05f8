import { text as textOf } from 'node:stream/consumers'
import { UsageError } from '../command-error.ts'

/**
 * Returns the body of the option `--body`.
 *
 * @throws UsageError if more than one message would get it
 */
export const bodyOption = async (given: string | undefined, ids: readonly string[]): Promise<string | undefined> => {
  if (given === undefined) return undefined
  if (ids.length !== 1) throw new UsageError('--body requires the id of one dead letter')
  return given === '-' ? textOf(process.stdin) : given
}
