import { relative } from 'node:path'
import ts from 'typescript'

/** What is wrong with a source, and where: `src/functions.ts:12:5 subscribe: ...`. */
export interface Trouble {
  readonly where: string
  readonly what: string
}

/** The sources are not as they must be: nothing was written. */
export class SignaturesError extends Error {
  override readonly name = 'SignaturesError'
  readonly troubles: readonly Trouble[]

  constructor(troubles: readonly Trouble[]) {
    super(troubles.map(({ where, what }) => `${where} ${what}`).join('\n'))
    this.troubles = troubles
  }
}

/** Trouble at a node, told with file, line and column. */
export const troubleAt = (node: ts.Node, what: string): Trouble => ({
  where: placeOf(node.getSourceFile(), node.getStart()),
  what,
})

export const throwAt = (node: ts.Node, what: string): never => {
  throw new SignaturesError([troubleAt(node, what)])
}

/** The cure for a type that is too clever. */
export const plainly = 'Write the type plainly: literals, interfaces, arrays, tuples, records, unions of them'

export const placeOf = (file: ts.SourceFile, position: number): string => {
  const { line, character } = file.getLineAndCharacterOfPosition(position)
  return `${relative(process.cwd(), file.fileName)}:${line + 1}:${character + 1}`
}

/** What the compiler found in a file: a type that it does not know would be one that accepts everything. */
export const troublesOf = (diagnostics: readonly ts.Diagnostic[]): Trouble[] =>
  diagnostics
    .filter(({ category }) => category === ts.DiagnosticCategory.Error)
    .map(({ file, start = 0, messageText }) => ({
      where: file === undefined ? 'tsconfig.json' : placeOf(file, start),
      what: ts.flattenDiagnosticMessageText(messageText, ' '),
    }))
