import { dirname, relative, resolve } from 'node:path'
import ts from 'typescript'
import { type Diagnostic, diagnosticsOf, SignaturesError, shown } from './diagnostics.ts'
import { exportedFunctions, readFunction } from './exported.ts'
import { moduleText } from './module.ts'
import { checkOutput } from './output.ts'
import { defaultOut, type Project, type ProjectOptions, projectFor, specifierOf } from './project.ts'
import { schemas } from './schema.ts'
import { type Described, validators } from './validators.ts'

/** Options of `generate()`. */
export interface GenerateOptions extends ProjectOptions {
  /** the file of the generated module; default: beside the source, as `functions.signed.ts` */
  readonly out?: string | undefined
}

/** A generated module, not written yet. */
export interface Generated {
  /** the file to write */
  readonly out: string
  /** the TypeScript text of the module */
  readonly text: string
  /** the names of the exports that have a signature now */
  readonly functions: readonly string[]
  /** the command that generates the module */
  readonly command: string
}

/**
 * Reads the functions that a module exports, and generates a module that exports them with their signatures. Writes nothing.
 *
 * @param file a TypeScript source file
 * @param options `out`: the file of the generated module; `tsconfig`: the compiler's configuration file
 * @throws SignaturesError with all problems, each with its file and line; also if `out` is the source, or exists and was not generated
 *
 * @example
 * const { out, text } = await generate('src/functions.ts')
 * await writeFile(out, text)
 */
export const generate = async (file: string, options: GenerateOptions = {}): Promise<Generated> => {
  const path = resolve(file)
  const project = projectFor(path, options)
  return generateFrom(ts.createProgram([path], project.options), project, path, options)
}

/** Generates the module from a program that exists already. */
export const generateFrom = async (
  program: ts.Program,
  project: Project,
  path: string,
  { out = defaultOut(path), tsconfig }: GenerateOptions,
): Promise<Generated> => {
  const source = program.getSourceFile(path)
  if (source === undefined) {
    throw new SignaturesError([{ where: shown(path), what: 'cannot be read. It must be a TypeScript file' }])
  }
  checkOutput(out, path)
  const broken = program.getSyntacticDiagnostics(source)
  if (broken.length > 0) throw new SignaturesError(diagnosticsOf(broken))
  const described = describeAll(program, source)
  const options = [
    ...(out === defaultOut(path) ? [] : ['--out', shown(out)]),
    ...(tsconfig === undefined ? [] : ['--tsconfig', shown(tsconfig)]),
  ]
  const command = ['lpipe-signatures', shown(path), ...options].map(quoted).join(' ')
  const text = moduleText(described, await validators(described), {
    source: relative(dirname(resolve(out)), path).replaceAll('\\', '/'),
    specifier: specifierOf(path, resolve(out), project),
    command,
  })
  return { out, text, functions: described.flatMap(({ exported }) => exported.names), command }
}

/** Returns an argument as a shell reads it. */
const quoted = (argument: string): string =>
  /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`

/** Describes all functions, to report all problems at once. */
const describeAll = (program: ts.Program, source: ts.SourceFile): Described[] => {
  const schemaOf = schemas(program)
  const diagnostics: Diagnostic[] = []
  const described: Described[] = []
  const checker = program.getTypeChecker()
  for (const [symbol, names] of exportedFunctions(checker, source)) {
    try {
      const exported = readFunction(checker, symbol, names)
      described.push({ exported, schema: schemaOf(exported) })
    } catch (error) {
      if (!(error instanceof SignaturesError)) throw error
      diagnostics.push(...error.diagnostics)
    }
  }
  if (diagnostics.length > 0) throw new SignaturesError(diagnostics)
  if (described.length === 0) {
    throw new SignaturesError([{ where: shown(source.fileName), what: 'exports no function without a signature' }])
  }
  return described
}
