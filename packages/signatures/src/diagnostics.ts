import { relative } from 'node:path'
import ts from 'typescript'

/** A problem in a source file. */
export interface Diagnostic {
  /** the place, for example `src/functions.ts:12:5` */
  readonly where: string
  /** the problem, and the fix */
  readonly what: string
}

/** An error in the source files. It lists all problems, one a line. Nothing was generated. */
export class SignaturesError extends Error {
  override readonly name = 'SignaturesError'
  readonly diagnostics: readonly Diagnostic[]

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(({ where, what }) => `${where} ${what}`).join('\n'))
    this.diagnostics = diagnostics
  }
}

/** Returns a diagnostic with the file, line and column of a node. */
export const diagnosticAt = (node: ts.Node, what: string): Diagnostic =>
  diagnosticIn(node.getSourceFile(), node.getStart(), what)

/** Returns a diagnostic with the line and column of a position in a file. */
export const diagnosticIn = (file: ts.SourceFile, position: number, what: string): Diagnostic => {
  const { line, character } = file.getLineAndCharacterOfPosition(position)
  return { where: `${shown(file.fileName)}:${line + 1}:${character + 1}`, what }
}

/** @throws SignaturesError with one problem, at a node */
export const throwAt = (node: ts.Node, what: string): never => {
  throw new SignaturesError([diagnosticAt(node, what)])
}

/** Returns the errors that the compiler found. */
export const diagnosticsOf = (diagnostics: readonly ts.Diagnostic[]): Diagnostic[] =>
  diagnostics
    .filter(({ category }) => category === ts.DiagnosticCategory.Error)
    .map(({ file, start = 0, messageText }) => {
      const what = ts.flattenDiagnosticMessageText(messageText, ' ')
      return file === undefined ? { where: 'tsconfig.json', what } : diagnosticIn(file, start, what)
    })

/** Returns a file name relative to the working directory, with slashes. */
export const shown = (file: string): string => relative(process.cwd(), file).replaceAll('\\', '/')
