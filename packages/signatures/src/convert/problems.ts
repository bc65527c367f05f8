import type ts from 'typescript'
import { type Diagnostic, diagnosticAt, diagnosticIn } from '../diagnostics.ts'
import { strayTags } from '../tags.ts'

/** The problems of one function's kwargs. */
export interface Problems {
  /** Each once, in the order in which they were reported. */
  readonly diagnostics: readonly Diagnostic[]
  readonly report: (diagnostic: Diagnostic) => void
  /** Reports a reference to a type with tags that have no place in the schema. */
  readonly reportLostTags: (reference: ts.Node) => void
  /** Reports tags in comments of a declaration that the compiler does not see. */
  readonly reportStrayTags: (declaration: ts.Node) => void
}

/** @param who the name of the function */
export const createProblems = (who: string): Problems => {
  const diagnostics: Diagnostic[] = []
  const reported = new Set<string>()

  const report = (diagnostic: Diagnostic): void => {
    const text = `${diagnostic.where} ${diagnostic.what}`
    if (!reported.has(text)) diagnostics.push(diagnostic)
    reported.add(text)
  }

  return {
    diagnostics,
    report,
    reportLostTags: (node) =>
      report(
        diagnosticAt(node, `${who}: the tags of ${node.getText()} cannot be kept here. Write them above the property`),
      ),
    reportStrayTags: (declaration) => {
      for (const { name, file, position } of strayTags(declaration)) {
        report(
          diagnosticIn(
            file,
            position,
            `${who}: the tag @${name} is where TypeScript does not see it. Put it on a line above the property`,
          ),
        )
      }
    },
  }
}
