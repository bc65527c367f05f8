import ts from 'typescript59'
import type { SourceFile } from './sources.ts'

/** Parses a file. TypeScript 7 has no API for that, so that an older version reads the files. */
export const parse = ({ path, text }: SourceFile): ts.SourceFile =>
  ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)

/** Returns the public members of a class or an interface that an assignment, or a method of their type, can change. */
export const changeableMembers = (file: SourceFile, name: string): readonly string[] => {
  const declaration = parse(file).statements.find(
    (statement): statement is ts.ClassDeclaration | ts.InterfaceDeclaration =>
      (ts.isClassDeclaration(statement) || ts.isInterfaceDeclaration(statement)) && statement.name?.text === name,
  )
  if (declaration === undefined) throw new Error(`${file.path} declares no ${name}`)
  return [...declaration.members].flatMap((member) => {
    const isPublic =
      member.name !== undefined &&
      !ts.isPrivateIdentifier(member.name) &&
      (ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Private) === 0
    return isPublic && isChangeable(member) ? [member.name.getText()] : []
  })
}

const isChangeable = (member: ts.ClassElement | ts.TypeElement): boolean => {
  if (ts.isSetAccessorDeclaration(member)) return true
  if (!ts.isPropertyDeclaration(member) && !ts.isPropertySignature(member)) return false
  if ((ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Readonly) === 0) return true
  const { type } = member
  const initializer = ts.isPropertyDeclaration(member) ? member.initializer : undefined
  return (
    (type !== undefined && (ts.isArrayTypeNode(type) || /^(?:Map|Set|Array)\b/.test(type.getText()))) ||
    (type === undefined && initializer !== undefined && /^(?:\[|new (?:Map|Set)\b)/.test(initializer.getText()))
  )
}

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
