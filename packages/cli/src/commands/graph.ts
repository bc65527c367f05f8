import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { type Command, Option } from 'commander'
import { CommandError } from '../command-error.ts'
import { formats } from '../formats.ts'
import { loadSystem } from '../load-system.ts'
import { print } from '../output.ts'
import { configuration, systemHelp } from './texts.ts'

interface GraphOptions {
  readonly format: string
  readonly out?: string
  readonly title?: string
  readonly function?: string
  readonly documentVersion?: string
  readonly payloads: boolean
}

/** Adds `lpipe graph`. */
export const addGraph = (program: Command): void => {
  program
    .command('graph')
    .description('draw or export the system')
    .argument('[config]', configuration)
    .addOption(new Option('-f, --format <format>', 'the format').choices(Object.keys(formats)).default('mermaid'))
    .option('-o, --out <file>', 'write to a file instead of the standard output')
    .option(
      '-t, --title <title>',
      'the title of the page or document (default: the name of the Lambda or of the folder)',
    )
    .option('--function <name>', 'asyncapi: the Lambda that the document describes (default: all)')
    .option('--document-version <version>', 'asyncapi: the version of the system (default: 1.0.0)')
    .option('--no-payloads', 'do not read the payloads that functions return from the TypeScript sources')
    .addHelpText('after', systemHelp)
    .action(graph)
}

const graph = async (config: string | undefined, options: GraphOptions, command: Command): Promise<void> => {
  const { format, function: lambda, documentVersion: version } = options
  if (format !== 'asyncapi' && (lambda ?? version) !== undefined) {
    command.error('error: --function and --document-version require --format asyncapi')
  }
  const { file, description } = await loadSystem(config, options.payloads)
  const text = formats[format]?.(description, {
    title: options.title ?? lambda ?? basename(dirname(file)),
    ...(version === undefined ? {} : { version }),
    ...(lambda === undefined ? {} : { function: lambda }),
  })
  if (options.out === undefined) print(text ?? '')
  else await write(options.out, text ?? '')
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
