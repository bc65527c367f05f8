import { jsonText, print, printable } from '../output.ts'
import type { LetterResult } from '../target/target.ts'

/** Shows what was done with dead letters. The exit code is 1 if some are left. */
export const showResult = (result: LetterResult, done: string, asJson: boolean): void => {
  if (asJson) print(jsonText(result))
  else {
    for (const { id, to } of result.done)
      print(`${printable(id)}  ${done}${to === null ? '' : ` to ${printable(to)}`}\n`)
    for (const { id, reason } of result.left) print(`${printable(id)}  stays: ${printable(reason)}\n`)
  }
  if (result.left.length > 0) process.exitCode = 1
}
