import { readFile } from 'node:fs/promises'
import { InvalidConfigurationError } from '@lpipe/core'
import { check, compare, type Description, type Finding, isDescription } from '@lpipe/system'
import { type Command, Option } from 'commander'
import { CommandError } from '../command-error.ts'
import { findingText, summaryOf } from '../findings-text.ts'
import { loadSystem } from '../load-system.ts'
import { jsonText, print } from '../output.ts'
import { configuration, systemHelp } from './texts.ts'

/** Adds `lpipe check`. */
export const addCheck = (program: Command): void => {
  program
    .command('check')
    .description('find mistakes in the system; exit code 1 if there are errors')
    .argument('[config]', configuration)
    .option(
      '-a, --against <file>',
      'what `lpipe graph --format json` wrote for the version that is deployed: compares the contracts',
    )
    .addOption(new Option('-f, --format <format>', 'the format').choices(['text', 'json']).default('text'))
    .addHelpText('after', systemHelp)
    .action(checkSystem)
}

interface CheckOptions {
  readonly against?: string
  readonly format: string
}

const checkSystem = async (config: string | undefined, { against, format }: CheckOptions): Promise<void> => {
  const before = against === undefined ? undefined : await readDescription(against)
  const findings = await findingsOf(config, before)
  if (format === 'json') print(jsonText(findings))
  else print([...findings.map(findingText), `${summaryOf(findings)}\n`].join('\n'))
  if (findings.some(({ severity }) => severity === 'error')) process.exitCode = 1
}

/** A setting that AWS refuses is an error when the system is made: then that error is the one finding. */
const findingsOf = async (config: string | undefined, before: Description | undefined): Promise<Finding[]> => {
  try {
    const { description } = await loadSystem(config)
    return [...(before === undefined ? [] : compare(before, description)), ...check(description)]
  } catch (error) {
    if (!(error instanceof InvalidConfigurationError)) throw error
    const [, place = 'system'] = /`([^`]+)`/.exec(error.message) ?? []
    return [
      { severity: 'error', code: 'invalid-configuration', place, message: error.message, fix: 'Correct this option' },
    ]
  }
}

const readDescription = async (file: string): Promise<Description> => {
  let value: unknown
  try {
    value = JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw new CommandError(`--against ${file}: cannot be read as JSON: ${(error as Error).message}`, { cause: error })
  }
  if (isDescription(value)) return value
  throw new CommandError(`--against ${file}: must be a file that \`lpipe graph --format json --out FILE\` has written`)
}
