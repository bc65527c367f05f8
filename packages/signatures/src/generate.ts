import { dirname, relative, resolve } from 'node:path'
import ts from 'typescript'
import { exportedFunctions, readFunction } from './exported.ts'
import { moduleText } from './module.ts'
import { defaultOut, optionsFor, type ProjectOptions, specifierOf } from './project.ts'
import { schemas } from './schema.ts'
import { SignaturesError, type Trouble, troublesOf } from './trouble.ts'
import { type Described, validators } from './validators.ts'

/** Options of `generate()` and `write()`. */
export interface GenerateOptions extends ProjectOptions {
  /** where the generated module goes; default: beside the source, as `functions.signed.ts` */
  readonly out?: string | undefined
}

/** A generated module, not written yet. */
export interface Generated {
  readonly out: string
  readonly text: string
  /** the exports that have a signature now */
  readonly functions: readonly string[]
}

/**
 * Reads the functions that a module exports and generates the module in which each carries its signature.
 *
 * @param file a TypeScript source
 * @throws SignaturesError that tells everything that is wrong, with file and line
 */
export const generate = (file: string, options: GenerateOptions = {}): Promise<Generated> => {
  const path = resolve(file)
  return generateFrom(ts.createProgram([path], optionsFor(path, options)), path, options)
}

/** The same for a program that was made already. */
export const generateFrom = async (
  program: ts.Program,
  path: string,
  { out = defaultOut(path) }: GenerateOptions,
): Promise<Generated> => {
  const source = program.getSourceFile(path)
  if (source === undefined)
    throw new SignaturesError([{ where: path, what: 'cannot be read. Is it a TypeScript file?' }])
  const broken = program.getSyntacticDiagnostics(source)
  if (broken.length > 0) throw new SignaturesError(troublesOf(broken))
  const described = describeAll(program, source)
  const shown = (name: string) => relative(process.cwd(), name).replaceAll('\\', '/')
  const place = out === defaultOut(path) ? '' : ` --out ${shown(out)}`
  const text = moduleText(described, await validators(described), {
    source: relative(dirname(resolve(out)), path).replaceAll('\\', '/'),
    specifier: specifierOf(path, resolve(out), program.getCompilerOptions()),
    command: `lpipe-signatures ${shown(path)}${place}`,
  })
  return { out, text, functions: described.flatMap(({ exported }) => exported.names) }
}

/** All that is wrong is told at once. */
const describeAll = (program: ts.Program, source: ts.SourceFile): Described[] => {
  const schemaOf = schemas(program)
  const troubles: Trouble[] = []
  const described: Described[] = []
  const checker = program.getTypeChecker()
  for (const [symbol, names] of exportedFunctions(checker, source)) {
    try {
      const exported = readFunction(checker, symbol, names)
      described.push({ exported, schema: schemaOf(exported) ?? { type: 'object' } })
    } catch (error) {
      if (!(error instanceof SignaturesError)) throw error
      troubles.push(...error.troubles)
    }
  }
  if (troubles.length > 0) throw new SignaturesError(troubles)
  if (described.length === 0) {
    throw new SignaturesError([{ where: source.fileName, what: 'exports no function. Export those that paths run' }])
  }
  return described
}
