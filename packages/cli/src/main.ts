import { Console } from 'node:console'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { InvalidConfigurationError } from '@lpipe/core'
import { check, compare, type Description, type Finding, isDescription } from '@lpipe/system'
import { Command, Option } from 'commander'
import { CommandError } from './command-error.ts'
import { findingText, summaryOf } from './findings-text.ts'
import { formats, jsonText } from './formats.ts'
import { loadSystem } from './load-system.ts'

const configuration = 'the file that describes the system (default: the nearest lpipe.config.ts)'
const help = `
Exit codes: 0 if all is right, 1 if a finding is an error or the system cannot be read, 2 if the command is wrong.`

// What modules of handlers print must not get into the output.
globalThis.console = new Console(process.stderr, process.stderr)
const print = (text: string): void => void process.stdout.write(text)

interface GraphOptions {
  readonly format: string
  readonly out?: string
  readonly title?: string
  readonly payloads: boolean
}

const graph = async (config: string | undefined, options: GraphOptions): Promise<void> => {
  const { file, description } = await loadSystem(config, options.payloads)
  const text = formats[options.format]?.(description, options.title ?? basename(dirname(file))) ?? ''
  if (options.out === undefined) print(text)
  else await write(options.out, text)
}

const write = async (file: string, text: string): Promise<void> => {
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  } catch (error) {
    throw new CommandError(`--out ${file}: cannot be written: ${(error as Error).message}`, { cause: error })
  }
  console.error(`${file}: written`)
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

/** What AWS refuses is refused when the system is made: then that is the one finding. */
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

const program = new Command('lpipe')
  .description('Draws, exports and checks a system of Lambdas that is described with system() of @lpipe/system.')
  .showHelpAfterError('(lpipe --help shows all commands and options)')
  .exitOverride()

program
  .command('graph')
  .description('draw or export the system')
  .argument('[config]', configuration)
  .addOption(new Option('-f, --format <format>', 'the format').choices(Object.keys(formats)).default('mermaid'))
  .option('-o, --out <file>', 'write to a file instead of the standard output')
  .option('-t, --title <title>', 'the title of the page or document (default: the name of the folder)')
  .option('--no-payloads', 'do not read the payloads that functions return from the TypeScript sources')
  .addHelpText('after', help)
  .action(graph)

program
  .command('check')
  .description('find mistakes in the system; exit code 1 if there are errors')
  .argument('[config]', configuration)
  .option(
    '-a, --against <file>',
    'what `lpipe graph --format json` wrote for the version that is deployed: compares the contracts',
  )
  .addOption(new Option('-f, --format <format>', 'the format').choices(['text', 'json']).default('text'))
  .addHelpText('after', help)
  .action(checkSystem)

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = exitCodeOf(error)
}
// Modules of handlers may have opened connections, which would keep the process alive.
process.stdout.write('', () => process.exit())

/** Shows an error that is the user's. Any other one is a defect, and keeps its stack trace. */
function exitCodeOf(error: unknown): number {
  if (error instanceof Error && 'exitCode' in error) return error.exitCode === 0 ? 0 : 2 // commander has shown it
  if (!(error instanceof CommandError || error instanceof InvalidConfigurationError)) throw error
  console.error(`lpipe: ${error.message}`)
  return 1
}
