import ts from 'typescript59'
import type { SourceFile } from './sources.ts'
import { parse } from './syntax.ts'

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
