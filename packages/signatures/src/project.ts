import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import ts from 'typescript'
import { diagnosticsOf, SignaturesError } from './diagnostics.ts'

/** Options that say how sources are read. */
export interface ProjectOptions {
  /** the compiler's configuration file; default: the nearest `tsconfig.json` above the source */
  readonly tsconfig?: string | undefined
}

/** The compiler's options for a source, and how the generated module imports it. */
export interface Project {
  readonly options: ts.CompilerOptions
  /** whether the project imports `./functions.ts`, not `./functions.js` */
  readonly importsTypeScript: boolean
}

/**
 * Returns the options of a source's project, with strict null checks, because null and missing values are a part of a signature.
 * Without a configuration, Node runs the sources.
 *
 * @throws SignaturesError if the project's configuration cannot be read
 */
export const projectFor = (file: string, { tsconfig }: ProjectOptions = {}): Project => {
  const config = tsconfig ?? ts.findConfigFile(dirname(file), ts.sys.fileExists)
  const own = config === undefined ? {} : readOptions(resolve(config))
  const importsTypeScript =
    config === undefined || own.allowImportingTsExtensions === true || own.rewriteRelativeImportExtensions === true
  return { options: optionsFrom(own), importsTypeScript }
}

const optionsFrom = (own: ts.CompilerOptions): ts.CompilerOptions => {
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
  if (error !== undefined) throw new SignaturesError(diagnosticsOf([error]))
  const { options, errors } = ts.parseJsonConfigFileContent(json, ts.sys, dirname(config), {}, config)
  // A newer compiler may have options, values and libraries that this one does not know. Then all libraries are used.
  const known = Object.entries(options).filter(([, value]) => value !== undefined)
  const isNewer = errors.some(({ code }) => code === unknownValue)
  return { ...Object.fromEntries(known), ...(isNewer ? { lib: ['lib.esnext.full.d.ts'] } : {}) }
}

/** The compiler's code for a value that an option does not take. */
const unknownValue = 6046

/** Returns the specifier with which a generated module imports its source. */
export const specifierOf = (file: string, out: string, { options, importsTypeScript }: Project): string => {
  const path = relative(dirname(out), file).replaceAll('\\', '/')
  const named = path.startsWith('.') ? path : `./${path}`
  if (importsTypeScript) return named
  const isPreserved = options.jsx === ts.JsxEmit.Preserve && named.endsWith('.tsx')
  return isPreserved ? named.replace(/\.tsx$/, '.jsx') : named.replace(/\.([mc]?)tsx?$/, '.$1js')
}

/** `src/functions.ts` -> `src/functions.signed.ts` */
export const defaultOut = (file: string): string => {
  const ending = extname(file)
  return join(dirname(file), `${basename(file, ending)}.signed${ending}`)
}
