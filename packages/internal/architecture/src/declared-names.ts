import ts from 'typescript59'
import type { SourceFile } from './sources.ts'
import { parse } from './syntax.ts'

/** A name that a file declares: of the file itself, a type, function, variable, parameter or member. */
export interface DeclaredName {
  readonly name: string
  readonly line: number
}

/** Returns the names that a file declares. What a pattern collects, as in `...rest`, is left out. */
export const declaredNames = (file: SourceFile): readonly DeclaredName[] => {
  const source = parse(file)
  const [base = ''] = (file.path.split('/').at(-1) ?? '').split('.')
  const names: DeclaredName[] = [{ name: base, line: 0 }]
  const visit = (node: ts.Node): void => {
    const name = nameDeclaredBy(node)
    if (name !== undefined) {
      const { line } = source.getLineAndCharacterOfPosition(name.getStart())
      names.push({ name: name.text.replace(/^#/, ''), line: line + 1 })
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return names
}

const nameDeclaredBy = (node: ts.Node): ts.Identifier | ts.PrivateIdentifier | undefined => {
  if (ts.isPropertyAccessExpression(node) || ts.isMetaProperty(node)) return undefined
  if (ts.isImportSpecifier(node) || ts.isExportSpecifier(node)) return undefined
  if (ts.isBindingElement(node) && node.dotDotDotToken !== undefined) return undefined
  const { name } = node as { readonly name?: ts.Node }
  return name !== undefined && (ts.isIdentifier(name) || ts.isPrivateIdentifier(name)) ? name : undefined
}
