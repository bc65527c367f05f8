import { Console } from 'node:console'
import { InvalidConfigurationError } from '@lpipe/core'
import { Command, CommanderError } from 'commander'
import { CommandError } from './command-error.ts'
import { addCheck } from './commands/check.ts'
import { addDead } from './commands/dead.ts'
import { addDev } from './commands/dev.ts'
import { addGraph } from './commands/graph.ts'
import { addPeek } from './commands/peek.ts'
import { addSend } from './commands/send.ts'
import { addTail } from './commands/tail.ts'

// What modules of handlers print must not get into the output.
globalThis.console = new Console(process.stderr, process.stderr)

const program = new Command('lpipe')
  .description('Draws, checks and runs a system of Lambdas, and works with its queues and dead letters.')
  .showHelpAfterError('(lpipe --help shows all commands and options)')
  .exitOverride()

for (const add of [addGraph, addCheck, addDev, addSend, addPeek, addTail, addDead]) add(program)

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = exitCodeOf(error)
}
// Modules of handlers may have opened connections, which would keep the process alive.
process.stdout.write('', () => process.exit())

/** Shows an error that is the user's. Any other one is a defect, and keeps its stack trace. */
function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2 // it was shown
  if (!(error instanceof CommandError || error instanceof InvalidConfigurationError)) throw error
  console.error(`lpipe: ${error.message}`)
  return error instanceof CommandError ? error.exitCode : 1
}
