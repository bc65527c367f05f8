import type { Command } from 'commander'
import { Option } from 'commander'
import { CommandError } from '../command-error.ts'
import { nearestConfiguration } from '../configuration.ts'
import { type AccountOptions, createAccountTarget } from './account.ts'
import { createDevApi, type DevAddress, devAddressOf } from './dev-api.ts'
import { createDevTarget } from './dev-target.ts'
import type { Target } from './target.ts'

/** The options that say where a command works. */
export interface TargetOptions {
  readonly dev?: string
  readonly config?: string
  readonly profile?: string
  readonly region?: string
  readonly function?: string
  readonly json?: true
}

const help = `
Works on the \`lpipe dev\` that runs for the nearest lpipe.config.ts, or whose URL is in LPIPE_DEV_URL or --dev.
With --profile or --region it works on an AWS account.

Exit codes: 0 if all is right, 1 if something could not be done, 2 if the command is wrong.`

/** Adds the options that say where a command works. */
export const withTarget = (command: Command): Command =>
  command
    .addOption(new Option('--dev <url>', 'the URL that `lpipe dev` printed, with its token').env('LPIPE_DEV_URL'))
    .option('--config <file>', 'the file that describes the system (default: the nearest lpipe.config.ts)')
    .option('--profile <name>', 'an AWS account: a profile of the AWS CLI')
    .option('--region <region>', 'an AWS account: the region')
    .option('--json', 'print JSON')
    .addHelpText('after', help)

/**
 * Returns where a command works. An account is used only if it is named: otherwise a command that was meant for `lpipe dev`
 * would work on the account of the environment when the server does not run.
 *
 * @throws CommandError if no server runs, and no account is named
 */
export const chooseTarget = async (options: TargetOptions): Promise<Target> => {
  const { dev, config, profile, region } = options
  if (profile !== undefined || region !== undefined) {
    const account: AccountOptions = { profile, region, config, functionName: options.function }
    return createAccountTarget(account)
  }
  const address = dev === undefined ? await findServer(config) : devAddressOf(dev, '--dev')
  return createDevTarget(createDevApi(address))
}

const findServer = async (config: string | undefined): Promise<DevAddress> => {
  const file = config ?? nearestConfiguration(process.cwd())
  const found = file === undefined ? undefined : await findDevOf(file)
  if (found !== undefined) return found
  const where =
    file === undefined ? 'no lpipe.config.ts is in this folder or above' : `no \`lpipe dev\` runs for ${file}`
  throw new CommandError(
    `${where}. Start \`lpipe dev\`, pass the URL that it printed with --dev, or name an AWS account with --profile or --region`,
  )
}

/** Without @lpipe/dev no server runs. */
const findDevOf = async (file: string): Promise<DevAddress | undefined> => {
  const module = await import('@lpipe/dev').catch(() => undefined)
  return module?.findDev(file)
}
