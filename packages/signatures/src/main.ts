import { readFile, writeFile } from 'node:fs/promises'
import { relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import ts from 'typescript'
import { type Generated, type GenerateOptions, generate, generateFrom } from './generate.ts'
import { defaultOut, optionsFor } from './project.ts'
import { SignaturesError } from './trouble.ts'

const usage = `usage: lpipe-signatures FILE... [--out FILE] [--tsconfig FILE] [--check | --watch]

Gives the functions that a TypeScript module exports their signatures, from their types.

  FILE        such as src/functions.ts; the generated module is src/functions.signed.ts
  --out       another place for the generated module, if there is one FILE
  --tsconfig  default: the nearest one above FILE
  --check     write nothing; fail if a generated module is out of date
  --watch     generate again whenever a source changes`

/** Ends with 0 if all is well, 1 if a source is wrong or out of date, 2 if the command is wrong. */
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
  if (files.length === 0) return wrongCommand('which FILE?')
  if (out !== undefined && files.length > 1) return wrongCommand('--out takes one FILE')
  if (check && watch) return wrongCommand('either --check or --watch')
  const options = { tsconfig, ...(out === undefined ? {} : { out: resolve(out) }) }
  const results: number[] = []
  for (const file of files) {
    if (watch) watchFile(file, options)
    else results.push(await report(() => generate(file, options), check ? compare : write))
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

const report = async (
  make: () => Promise<Generated>,
  then: (generated: Generated) => Promise<number>,
): Promise<number> => {
  try {
    return await then(await make())
  } catch (error) {
    if (!(error instanceof SignaturesError)) throw error
    console.error(error.message)
    return 1
  }
}

const write = async ({ out, text, functions }: Generated): Promise<number> => {
  const fresh = (await present(out)) === text
  if (!fresh) await writeFile(out, text)
  console.log(`${shown(out)}: ${fresh ? 'is up to date' : 'written'}, ${functions.length} functions`)
  return 0
}

const compare = async ({ out, text }: Generated): Promise<number> => {
  const before = await present(out)
  if (before === text) {
    console.log(`${shown(out)}: is up to date`)
    return 0
  }
  const [first = ''] = text.split('\n', 1)
  const cure = /`(.+)`/.exec(first)?.[1]
  console.error(`${shown(out)}: is ${before === undefined ? 'missing' : 'out of date'}. Run: npx ${cure}`)
  return 1
}

const present = (file: string): Promise<string | undefined> => readFile(file, 'utf8').catch(() => undefined)

const shown = (file: string): string => relative(process.cwd(), file).replaceAll('\\', '/')

/** The compiler watches the source, all that it imports, and the configuration. */
const watchFile = (file: string, options: GenerateOptions): void => {
  const path = resolve(file)
  const host = ts.createWatchCompilerHost(
    [path],
    optionsFor(path, options),
    ts.sys,
    ts.createAbstractBuilder,
    () => {},
    () => {},
  )
  let last: Promise<unknown> = Promise.resolve()
  host.afterProgramCreate = (builder) => {
    const program = builder.getProgram()
    const run = () => report(() => generateFrom(program, path, options), write)
    last = last.then(run).catch((error: unknown) => console.error(error))
  }
  ts.createWatchProgram(host)
  console.log(`${shown(options.out ?? defaultOut(path))}: watching ${shown(path)}`)
}

process.exitCode = await main(process.argv.slice(2))
