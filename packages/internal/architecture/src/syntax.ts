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

/** Methods that change a Map, a Set or an array. */
const changingMethods = new Set([
  'set',
  'add',
  'delete',
  'clear',
  'push',
  'pop',
  'shift',
  'unshift',
  'splice',
  'sort',
  'reverse',
  'fill',
])

/** Returns the names of what can change in a module: `let`, static fields, and constants whose value is changed or begins empty. */
export const moduleState = (file: SourceFile): readonly string[] => {
  const source = parse(file)
  const changed = changedConstants(source)
  return source.statements.flatMap((statement) => {
    if (ts.isClassDeclaration(statement)) return staticState(statement)
    if (!ts.isVariableStatement(statement)) return []
    const { declarations, flags } = statement.declarationList
    return declarations
      .filter(
        ({ name, initializer }) =>
          (flags & ts.NodeFlags.Const) === 0 || changed.has(name.getText()) || isEmptyCollection(initializer),
      )
      .map(({ name }) => name.getText())
  })
}

const staticState = ({ name, members }: ts.ClassDeclaration): readonly string[] =>
  members.flatMap((member) => {
    const flags = ts.getCombinedModifierFlags(member)
    const isState =
      ts.isPropertyDeclaration(member) &&
      (flags & ts.ModifierFlags.Static) !== 0 &&
      ((flags & ts.ModifierFlags.Readonly) === 0 || isEmptyCollection(member.initializer))
    return isState ? [`${name?.text}.${member.name.getText()}`] : []
  })

const isEmptyCollection = (value: ts.Expression | undefined): boolean => {
  if (value === undefined) return false
  if (ts.isAsExpression(value) || ts.isSatisfiesExpression(value)) return isEmptyCollection(value.expression)
  if (ts.isNewExpression(value)) {
    return /^(?:Weak)?(?:Map|Set)$|^Array$/.test(value.expression.getText()) && (value.arguments?.length ?? 0) === 0
  }
  if (ts.isArrayLiteralExpression(value)) return value.elements.length === 0
  return ts.isObjectLiteralExpression(value) && value.properties.length === 0
}

/** Returns the names whose values a file changes: by a method, or by an assignment to a member. */
const changedConstants = (source: ts.SourceFile): ReadonlySet<string> => {
  const names = new Set<string>()
  const visit = (node: ts.Node): void => {
    const value = changedBy(node)
    if (value !== undefined && ts.isIdentifier(value)) names.add(value.text)
    ts.forEachChild(node, visit)
  }
  visit(source)
  return names
}

const changedBy = (node: ts.Node): ts.Expression | undefined => {
  if (ts.isCallExpression(node)) {
    const { expression: called, arguments: values } = node
    if (/^Object\.(?:assign|definePropert(?:y|ies))$/.test(called.getText())) return values[0]
    const isChange = ts.isPropertyAccessExpression(called) && changingMethods.has(called.name.text)
    return isChange ? called.expression : undefined
  }
  const member = assignedBy(node)
  const isMember =
    member !== undefined && (ts.isPropertyAccessExpression(member) || ts.isElementAccessExpression(member))
  return isMember ? member.expression : undefined
}

const assignedBy = (node: ts.Node): ts.Expression | undefined => {
  if (ts.isDeleteExpression(node)) return node.expression
  if (ts.isPostfixUnaryExpression(node) || ts.isPrefixUnaryExpression(node)) {
    const isCount = node.operator === ts.SyntaxKind.PlusPlusToken || node.operator === ts.SyntaxKind.MinusMinusToken
    return isCount ? node.operand : undefined
  }
  const isAssignment =
    ts.isBinaryExpression(node) &&
    node.operatorToken.kind >= ts.SyntaxKind.FirstAssignment &&
    node.operatorToken.kind <= ts.SyntaxKind.LastAssignment
  return isAssignment ? node.left : undefined
}
