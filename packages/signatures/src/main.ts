import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import ts from 'typescript'
import { SignaturesError, shown } from './diagnostics.ts'
import { type Generated, type GenerateOptions, generate, generateFrom } from './generate.ts'
import { defaultOut, projectFor } from './project.ts'

const usage = `usage: lpipe-signatures FILE... [--out FILE] [--tsconfig FILE] [--check | --watch]

Generates a module that exports the functions of a TypeScript module with their signatures, from their types.

  FILE        the source, for example src/functions.ts; the generated module is src/functions.signed.ts
  --out       another file for the generated module, if there is one FILE
  --tsconfig  the compiler's configuration; default: the nearest tsconfig.json above FILE
  --check     write nothing; fail if a generated module is out of date
  --watch     generate again when the source or a file that it imports changes`

/** Returns the exit code: 0 if everything is right, 1 if a source is wrong or a module out of date, 2 if the command is wrong. */
const main = async (args: readonly string[]): Promise<number> => {
  let parsed: ReturnType<typeof parse>
  try {
    parsed = parse(args)
  } catch (error) {
    return wrongCommand((error as Error).message)
  }
  const { positionals: files, values } = parsed
  if (values.help) {
    console.log(usage)
    return 0
  }
  const { out, tsconfig, check, watch } = values
  if (files.length === 0) return wrongCommand('FILE is missing')
  if (out !== undefined && files.length > 1) return wrongCommand('--out requires a single FILE')
  if (check && watch) return wrongCommand('--check and --watch exclude each other')
  const options = { tsconfig, ...(out === undefined ? {} : { out: resolve(out) }) }
  const results: number[] = []
  for (const file of files) {
    if (watch) results.push(await report(async () => watchFile(file, options)))
    else results.push(await report(async () => (check ? compare : write)(await generate(file, options))))
  }
  return Math.max(0, ...results)
}

const parse = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      tsconfig: { type: 'string' },
      check: { type: 'boolean' },
      watch: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  })

const wrongCommand = (what: string): number => {
  console.error(`lpipe-signatures: ${what}\n\n${usage}`)
  return 2
}

const report = async (work: () => Promise<number>): Promise<number> => {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof SignaturesError)) throw error
    console.error(error.message)
    return 1
  }
}

const write = async ({ out, text, functions }: Generated): Promise<number> => {
  const isCurrent = (await contentOf(out)) === text
  if (!isCurrent) {
    await mkdir(dirname(out), { recursive: true })
    await writeFile(out, text)
  }
  const count = `${functions.length} function${functions.length === 1 ? '' : 's'}`
  console.log(`${shown(out)}: ${isCurrent ? 'is up to date' : 'written'}, ${count}`)
  return 0
}

const compare = async ({ out, text, command }: Generated): Promise<number> => {
  const before = await contentOf(out)
  if (before === text) {
    console.log(`${shown(out)}: is up to date`)
    return 0
  }
  console.error(`${shown(out)}: is ${before === undefined ? 'missing' : 'out of date'}. Run: npx ${command}`)
  return 1
}

/** Returns the text of a file. Git may have changed its line ends. */
const contentOf = async (file: string): Promise<string | undefined> => {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  return text?.replaceAll('\r\n', '\n')
}

/** The compiler watches the source, the files that it imports, and the configuration. */
const watchFile = async (file: string, options: GenerateOptions): Promise<number> => {
  const path = resolve(file)
  const project = projectFor(path, options)
  const host = ts.createWatchCompilerHost(
    [path],
    project.options,
    ts.sys,
    ts.createAbstractBuilder,
    () => {},
    () => {},
  )
  let last: Promise<unknown> = Promise.resolve()
  host.afterProgramCreate = (builder) => {
    const program = builder.getProgram()
    const run = () => report(async () => write(await generateFrom(program, project, path, options)))
    last = last.then(run).catch((error: unknown) => console.error(error))
  }
  ts.createWatchProgram(host)
  console.log(`${shown(options.out ?? defaultOut(path))}: watching ${shown(path)}`)
  return 0
}

process.exitCode = await main(process.argv.slice(2))
