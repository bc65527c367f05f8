import ts from 'typescript'
import { throwAt } from './diagnostics.ts'

/** A function that a module exports. */
export interface Exported {
  /** its names in the module: more than one if it is exported more than once */
  readonly names: readonly string[]
  /** the node that a diagnostic points at */
  readonly node: ts.Node
  /** the first parameter; undefined if there is none */
  readonly kwargs:
    | {
        readonly type: ts.Type
        /** the type as it is written; undefined if the compiler infers it */
        readonly written: ts.TypeNode | undefined
        readonly name: ts.BindingName
        readonly parameter: ts.ParameterDeclaration
        /** the node that a diagnostic points at */
        readonly node: ts.Node
      }
    | undefined
}

/**
 * Returns the functions that a module exports, with their names. Leaves out functions that have a signature already, and those of
 * packages.
 */
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

/** Whether `fn()` of the core returned the function. */
const isSigned = (type: ts.Type): boolean =>
  type.getProperties().some(({ escapedName }) => String(escapedName).startsWith('__@signature@'))

type FunctionNode = ts.FunctionDeclaration | ts.FunctionExpression | ts.ArrowFunction

/**
 * Reads the first parameter of an exported function.
 *
 * @throws SignaturesError if the function does not take a message's kwargs
 */
export const readFunction = (checker: ts.TypeChecker, symbol: ts.Symbol, names: readonly string[]): Exported => {
  const declaration = (symbol.valueDeclaration ?? symbol.declarations?.[0]) as ts.Declaration
  const name = names[0] as string
  const [signature, ...overloads] = checker.getTypeOfSymbol(symbol).getCallSignatures() as [ts.Signature]
  if (overloads.length > 0) {
    throwAt(declaration, `${name}: the function is overloaded. Write one signature, with a union of types`)
  }
  const node = functionNodeIn(declaration)
  if (node === undefined) {
    return throwAt(
      declaration,
      `${name}: the signature cannot be read here. Write a function or an arrow function, or give it a schema with fn()`,
    )
  }
  if (signature.typeParameters !== undefined) {
    throwAt(
      node,
      `${name}: the function is generic, and a message has no type arguments. Write the types that it accepts`,
    )
  }
  const [first, , third] = node.parameters.filter((one) => one.name.getText() !== 'this')
  if (third !== undefined) {
    throwAt(third, `${name}: lpipe passes two arguments, (kwargs, call). Make the third parameter a property of kwargs`)
  }
  if (first === undefined) return { names, node: declaration, kwargs: undefined }
  if (first.dotDotDotToken !== undefined) {
    throwAt(
      first,
      `${name}: the first parameter must be an object: the kwargs of the message. Write ({ a, b }: { ... })`,
    )
  }
  const written = first.type ?? annotated(checker, declaration)
  const type = checker.getTypeAtLocation(first)
  if (written === undefined && (type.flags & ts.TypeFlags.Any || !hasContext(checker, node))) {
    return throwAt(first, `${name}: the first parameter has no type. Write ({ a, b }: { a: string; b: number })`)
  }
  const kwargs = {
    type: written === undefined ? type : checker.getTypeFromTypeNode(written),
    written,
    name: first.name,
    parameter: first,
    node: written !== undefined && written.getSourceFile() === first.getSourceFile() ? written : first,
  }
  return { names, node: declaration, kwargs }
}

const functionNodeIn = (declaration: ts.Declaration): FunctionNode | undefined => {
  if (ts.isFunctionDeclaration(declaration)) return declaration
  if (ts.isVariableDeclaration(declaration)) return functionIn(declaration.initializer)
  return ts.isExportAssignment(declaration) ? functionIn(declaration.expression) : undefined
}

const functionIn = (expression: ts.Expression | undefined): FunctionNode | undefined => {
  if (expression === undefined) return undefined
  if (ts.isArrowFunction(expression) || ts.isFunctionExpression(expression)) return expression
  if (ts.isParenthesizedExpression(expression) || ts.isSatisfiesExpression(expression)) {
    return functionIn(expression.expression)
  }
  return undefined
}

/** Whether an annotation or `satisfies` gives a function its type. */
const hasContext = (checker: ts.TypeChecker, node: FunctionNode): boolean =>
  !ts.isFunctionDeclaration(node) && checker.getContextualType(node) !== undefined

/** Returns the type that a variable's own annotation gives the first parameter: `const f: (kwargs: { a: string }) => void`. */
const annotated = (checker: ts.TypeChecker, declaration: ts.Declaration): ts.TypeNode | undefined => {
  const type = ts.isVariableDeclaration(declaration) ? declaration.type : undefined
  if (type === undefined) return undefined
  if (ts.isFunctionTypeNode(type)) return type.parameters[0]?.type
  const [signature] = checker.getTypeFromTypeNode(type).getCallSignatures()
  const parameter = signature?.getDeclaration()?.parameters[0]
  // A type with type parameters is known to the compiler only.
  return ts.isTypeReferenceNode(type) && type.typeArguments === undefined ? parameter?.type : undefined
}
