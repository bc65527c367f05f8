import ts from 'typescript'
import { throwAt } from './trouble.ts'

/** A function that a module exports, with what is written of its first parameter. */
export interface Exported {
  /** one name, or more if it is exported more than once */
  readonly names: readonly string[]
  /** where to point at */
  readonly node: ts.Node
  /** none if it takes no parameter */
  readonly kwargs: { readonly type: ts.TypeNode; readonly name: ts.BindingName } | undefined
}

/** The functions that a module exports, by name. Left out are those with a signature already, and those of packages. */
export const exportedFunctions = (checker: ts.TypeChecker, file: ts.SourceFile): ReadonlyMap<ts.Symbol, string[]> => {
  const module = checker.getSymbolAtLocation(file)
  const found = new Map<ts.Symbol, string[]>()
  for (const symbol of module === undefined ? [] : checker.getExportsOfModule(module)) {
    const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
    const declaration = target.valueDeclaration ?? target.declarations?.[0]
    if (declaration === undefined || !(target.flags & ts.SymbolFlags.Value)) continue
    if (declaration.getSourceFile().isDeclarationFile) continue
    const type = checker.getTypeOfSymbol(target)
    if (type.getCallSignatures().length === 0 || isSigned(type)) continue
    found.set(target, [...(found.get(target) ?? []), symbol.name])
  }
  return found
}

/** Whether `fn()` of the core made it. */
const isSigned = (type: ts.Type): boolean =>
  type.getProperties().some(({ escapedName }) => String(escapedName).startsWith('__@signature@'))

type Written = ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction

/**
 * Reads what is written of an exported function.
 *
 * @throws SignaturesError if there is no telling what it takes
 */
export const readFunction = (checker: ts.TypeChecker, symbol: ts.Symbol, names: readonly string[]): Exported => {
  const declaration = (symbol.valueDeclaration ?? symbol.declarations?.[0]) as ts.Declaration
  const name = names[0] as string
  const [signature, ...overloads] = checker.getTypeOfSymbol(symbol).getCallSignatures() as [ts.Signature]
  if (overloads.length > 0) {
    throwAt(declaration, `${name}: it has several signatures. Give it one, with a union for what may differ`)
  }
  const written = writtenIn(declaration)
  if (written === undefined) {
    return throwAt(
      declaration,
      `${name}: its signature cannot be read here. Write it as a function or an arrow function, or give it one with fn()`,
    )
  }
  if (signature.typeParameters !== undefined) {
    throwAt(written, `${name}: it is generic, and a message has no type arguments. Write the types that it takes`)
  }
  const [first, , third] = written.parameters.filter((one) => one.name.getText() !== 'this')
  if (third !== undefined) {
    throwAt(third, `${name}: it is called with two arguments, (kwargs, call). Put the others into kwargs`)
  }
  if (first === undefined) return { names, node: declaration, kwargs: undefined }
  if (first.dotDotDotToken !== undefined) {
    throwAt(first, `${name}: its first parameter is the message's kwargs, an object. Write ({ a, b }: { ... })`)
  }
  const type = first.type ?? annotated(declaration)
  if (type === undefined) {
    return throwAt(first, `${name}: its first parameter has no type here. Write ({ a, b }: { a: string; b: number })`)
  }
  return { names, node: declaration, kwargs: { type, name: first.name } }
}

const writtenIn = (declaration: ts.Declaration): Written | undefined => {
  if (ts.isFunctionDeclaration(declaration)) return declaration
  if (ts.isVariableDeclaration(declaration)) return functionIn(declaration.initializer)
  return ts.isExportAssignment(declaration) ? functionIn(declaration.expression) : undefined
}

const functionIn = (expression: ts.Expression | undefined): Written | undefined => {
  if (expression === undefined) return undefined
  if (ts.isArrowFunction(expression) || ts.isFunctionExpression(expression)) return expression
  if (ts.isParenthesizedExpression(expression) || ts.isSatisfiesExpression(expression)) {
    return functionIn(expression.expression)
  }
  return undefined
}

/** The type that a variable's own annotation gives the first parameter: `const f: (kwargs: { a: string }) => void`. */
const annotated = (declaration: ts.Declaration): ts.TypeNode | undefined => {
  const type = ts.isVariableDeclaration(declaration) ? declaration.type : undefined
  return type !== undefined && ts.isFunctionTypeNode(type) ? type.parameters[0]?.type : undefined
}
