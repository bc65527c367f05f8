import { createInterface } from 'node:readline/promises'
import { CommandError } from './command-error.ts'

/** Where a question is asked and answered. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean }
  readonly output: NodeJS.WritableStream
}

/**
 * Asks whether something that cannot be undone may be done. `y` and `yes` are the only answers that allow it.
 *
 * @param isConfirmed whether the user said so in advance, with `--yes`
 * @throws CommandError if it may not be done, or if there is no terminal to ask in
 */
export const confirm = async (
  question: string,
  isConfirmed: boolean,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
): Promise<void> => {
  if (isConfirmed) return
  if (input.isTTY !== true) {
    throw new CommandError(`${question}\nThere is no terminal to ask this in. Nothing was done. Pass --yes to do it`)
  }
  const lines = createInterface({ input, output })
  try {
    const ended = new Promise<string>((resolve) => lines.once('close', () => resolve('')))
    const answer = await Promise.race([lines.question(`${question} [y/N] `), ended])
    if (!/^y(?:es)?$/i.test(answer.trim())) throw new CommandError('nothing was done')
  } finally {
    lines.close()
  }
}
