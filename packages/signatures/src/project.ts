import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import ts from 'typescript'
import { SignaturesError, troublesOf } from './trouble.ts'

export interface ProjectOptions {
  /** default: the nearest `tsconfig.json` above the source */
  readonly tsconfig?: string | undefined
}

/**
 * The compiler's options for a source: those of its project, with strict null checks, for what may be null or left out
 * is a part of a signature.
 *
 * @throws SignaturesError if the project's configuration cannot be read
 */
export const optionsFor = (file: string, { tsconfig }: ProjectOptions = {}): ts.CompilerOptions => {
  const config = tsconfig ?? ts.findConfigFile(dirname(file), ts.sys.fileExists)
  const own = config === undefined ? {} : readOptions(resolve(config))
  return {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.ESNext,
    ...(own.module === undefined ? { moduleResolution: ts.ModuleResolutionKind.Bundler } : {}),
    ...own,
    strictNullChecks: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    noEmit: true,
  }
}

const readOptions = (config: string): ts.CompilerOptions => {
  const { config: json, error } = ts.readConfigFile(config, ts.sys.readFile)
  if (error !== undefined) throw new SignaturesError(troublesOf([error]))
  const { options, errors } = ts.parseJsonConfigFileContent(json, ts.sys, dirname(config), {}, config)
  // A newer compiler's options and values are not known here, its libraries among them: all of ours stand in for those.
  const known = Object.entries(options).filter(([, value]) => value !== undefined)
  const isNewer = errors.some(({ code }) => code === unknownValue)
  return { ...Object.fromEntries(known), ...(isNewer ? { lib: ['lib.esnext.full.d.ts'] } : {}) }
}

/** The compiler's code for a value that an option does not take. */
const unknownValue = 6046

/** How the generated module imports its source: with the ending that the project's compiler and its run time want. */
export const specifierOf = (file: string, out: string, options: ts.CompilerOptions): string => {
  const path = relative(dirname(out), file).replaceAll('\\', '/')
  const named = path.startsWith('.') ? path : `./${path}`
  return options.rewriteRelativeImportExtensions ? named : named.replace(/\.(m?)tsx?$/, '.$1js')
}

/** `src/functions.ts` -> `src/functions.signed.ts` */
export const defaultOut = (file: string): string => {
  const ending = extname(file)
  return join(dirname(file), `${basename(file, ending)}.signed${ending}`)
}
