import { quantity } from '@lpipe/core/middleware'
import type { Command } from 'commander'
import { jsonText, print, printable } from '../output.ts'
import { chooseTarget, type TargetOptions, withTarget } from '../target/choose-target.ts'

interface ShowOptions extends TargetOptions {
  readonly queue?: string
}

/** Adds `lpipe dead show`. */
export const addDeadShow = (dead: Command): void => {
  const command = dead
    .command('show')
    .description('show a dead letter: its error with the stack, and the body of its message')
    .argument('<id>', 'its id in the dead-letter queue: `lpipe dead list`')
    .option('-q, --queue <name>', 'the dead-letter queue; required in an account')
  withTarget(command).action(show)
}

const show = async (id: string, options: ShowOptions): Promise<void> => {
  const target = await chooseTarget(options)
  const letter = await target.letter(options.queue, id)
  if (options.json) return print(jsonText(letter))
  const { error, stack, issues } = letter
  const facts = {
    id: letter.id,
    kind: letter.kind,
    queue: letter.queue,
    'came from': letter.to,
    lambda: letter.lambda,
    request: letter.requestId,
    path: letter.path,
    function: letter.function,
    time: letter.time,
    received: letter.receiveCount === null ? null : quantity(letter.receiveCount, 'time'),
    error: error === null ? null : `${error.name}: ${error.message}`,
    issues: issues === null || (Array.isArray(issues) && issues.length === 0) ? null : JSON.stringify(issues),
    problem: letter.problem,
  }
  for (const [name, value] of Object.entries(facts)) {
    if (value !== null) print(`${name.padEnd(10)} ${printable(value)}\n`)
  }
  if (stack !== null) print(`\n${printable(stack, true)}\n`)
  return print(`\n${printable(pretty(letter.body), true)}\n`)
}

/** A body with a number that JavaScript would change is shown as it is. */
const pretty = (body: string): string => {
  try {
    const value: unknown = JSON.parse(body)
    const text = JSON.stringify(value)
    return text.replace(/\s/g, '') === body.replace(/\s/g, '') ? JSON.stringify(value, undefined, 2) : body
  } catch {
    return body
  }
}
