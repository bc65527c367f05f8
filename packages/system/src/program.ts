import { dirname } from 'node:path'
import type ts from 'typescript'

/** Creates a program of a file and all that it imports, with the options of the nearest `tsconfig.json`. */
export const createProgramOf = (compiler: typeof ts, file: string): ts.Program => {
  const options = { ...optionsFor(compiler, file), noEmit: true, allowJs: true, skipLibCheck: true }
  const program = compiler.createProgram([file], options)
  program.getTypeChecker() // the nodes have no parents before
  return program
}

const optionsFor = (compiler: typeof ts, file: string): ts.CompilerOptions => {
  const config = compiler.findConfigFile(dirname(file), compiler.sys.fileExists)
  const own = config === undefined ? {} : readOptions(compiler, config)
  return {
    target: compiler.ScriptTarget.ESNext,
    ...(own.module === undefined ? { module: compiler.ModuleKind.NodeNext } : {}),
    ...own,
    strictNullChecks: true,
    allowImportingTsExtensions: true,
  }
}

/** Options and values that a newer compiler knows are left out. */
const readOptions = (compiler: typeof ts, config: string): ts.CompilerOptions => {
  const { config: json } = compiler.readConfigFile(config, compiler.sys.readFile)
  const { options } = compiler.parseJsonConfigFileContent(json, compiler.sys, dirname(config), {}, config)
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}
