import { type Command, InvalidArgumentError } from 'commander'
import { CommandError } from '../command-error.ts'
import { configurationFile } from '../configuration.ts'
import { configuration } from './texts.ts'

interface DevOptions {
  readonly port?: number
  readonly region?: string
  readonly watch: boolean
  readonly logs: boolean
}

/** Adds `lpipe dev`. */
export const addDev = (program: Command): void => {
  program
    .command('dev')
    .description('run the system on this machine, with a page that shows its messages')
    .argument('[config]', configuration)
    .option('-p, --port <port>', 'the port of the page; 0: a free one (default: 4400)', portOf)
    .option('--region <region>', 'the region that the Lambdas see')
    .option('--no-watch', 'do not reload Lambdas when their sources change')
    .option('--no-logs', 'do not print what Lambdas print')
    .addHelpText(
      'after',
      '\nRuns until it is interrupted. Exit codes: 0 if it was interrupted, 1 if it cannot start, 2 if the command is wrong.',
    )
    .action(dev)
}

const dev = async (config: string | undefined, options: DevOptions): Promise<void> => {
  const file = configurationFile(config)
  const { startDev } = await loadDev()
  // A signal before it has started, or a second one, does not wait.
  let onSignal: () => void = () => process.exit()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => onSignal())
  const server = await startDev({ config: file, ...options })
  await new Promise<void>((resolve) => {
    onSignal = resolve
  })
  onSignal = () => process.exit()
  await server.stop()
}

/** It is loaded only here, because few commands need it. */
const loadDev = async (): Promise<typeof import('@lpipe/dev')> => {
  try {
    return await import('@lpipe/dev')
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    const isMissing = code === 'ERR_MODULE_NOT_FOUND' && message.includes("'@lpipe/dev'")
    throw new CommandError(
      isMissing
        ? 'lpipe dev requires the package @lpipe/dev. Install it: npm install --save-dev @lpipe/dev'
        : `@lpipe/dev cannot be imported: ${message}`,
      { cause },
    )
  }
}

const portOf = (text: string): number => {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port > 65_532) throw new InvalidArgumentError('It must be a number from 0 to 65532.')
  return port
}
