import type ts from 'typescript'
import type { PayloadDescription, QueueReference } from './description.ts'

/** Values of parameters: the arguments of the call that is read. */
type Arguments = ReadonlyMap<ts.Symbol, readonly string[]>

/** Returns the payloads that a function makes. `from` is its name. */
export type ReadPayloads = (declaration: ts.Node, from: string) => PayloadDescription[]

/** Returns a function that reads the calls of `payload()` in a function, and in the functions that it calls. */
export const createReader = (compiler: typeof ts, program: ts.Program): ReadPayloads => {
  const checker = program.getTypeChecker()

  /** Returns the symbol that a symbol stands for, if it is imported. */
  const withoutImport = (symbol: ts.Symbol | undefined): ts.Symbol | undefined =>
    symbol !== undefined && symbol.flags & compiler.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol

  /** The name under which lpipe exports what a call calls: an import may rename it. */
  const calledName = ({ expression }: ts.CallExpression): string | undefined => {
    if (compiler.isPropertyAccessExpression(expression)) return expression.name.text
    if (!compiler.isIdentifier(expression)) return undefined
    const [declaration] = checker.getSymbolAtLocation(expression)?.declarations ?? []
    const isRenamed = declaration !== undefined && compiler.isImportSpecifier(declaration)
    return isRenamed ? (declaration.propertyName ?? declaration.name).text : expression.text
  }

  /** Returns the function of the project's sources that an expression names. */
  const functionOf = (expression: ts.Expression): ts.SignatureDeclaration | undefined => {
    const symbol = withoutImport(checker.getSymbolAtLocation(expression))
    const declaration = symbol?.declarations?.find((one) => !one.getSourceFile().isDeclarationFile)
    if (declaration === undefined) return undefined
    if (compiler.isFunctionLike(declaration)) return declaration
    const value = compiler.isVariableDeclaration(declaration) ? declaration.initializer : undefined
    return value !== undefined && compiler.isFunctionLike(value) ? value : undefined
  }

  /** Returns the strings that an expression may be; none if its type does not say. */
  const stringsOf = (expression: ts.Expression, args: Arguments): readonly string[] => {
    const symbol = symbolOfValue(expression)
    const argument = symbol && args.get(symbol)
    if (argument !== undefined) return argument
    const type = checker.getTypeAtLocation(expression)
    const types = type.isUnion() ? type.types : [type]
    return types.flatMap((one) => (one.isStringLiteral() ? [one.value] : []))
  }

  /** Returns the symbol of a value, also of `path` in `{ path }`. */
  const symbolOfValue = (expression: ts.Expression): ts.Symbol | undefined => {
    const { parent } = expression
    return compiler.isShorthandPropertyAssignment(parent)
      ? checker.getShorthandAssignmentValueSymbol(parent)
      : checker.getSymbolAtLocation(expression)
  }

  /** Returns the value of a member of the object that a call receives. */
  const memberOf = ({ arguments: [first] }: ts.CallExpression, name: string): ts.Expression | undefined => {
    if (first === undefined || !compiler.isObjectLiteralExpression(first)) return undefined
    for (const member of first.properties) {
      if (member.name === undefined || !('text' in member.name) || member.name.text !== name) continue
      if (compiler.isPropertyAssignment(member)) return member.initializer
      if (compiler.isShorthandPropertyAssignment(member)) return member.name
    }
    return undefined
  }

  /** Returns the queues that an expression may be. */
  const queuesOf = (expression: ts.Expression, args: Arguments, depth = 0): QueueReference[] => {
    if (depth > 10) return []
    if (compiler.isConditionalExpression(expression)) {
      return [expression.whenTrue, expression.whenFalse].flatMap((one) => queuesOf(one, args, depth + 1))
    }
    if (compiler.isCallExpression(expression)) {
      if (calledName(expression) === 'queue') return madeQueues(expression, args)
      const called = functionOf(expression.expression)
      const result = called && returnedBy(called)
      return result === undefined ? [] : queuesOf(result, argumentsOf(expression, called, args), depth + 1)
    }
    const declaration = withoutImport(symbolOfValue(expression))?.valueDeclaration
    const initializer =
      declaration && (compiler.isVariableDeclaration(declaration) || compiler.isPropertyAssignment(declaration))
        ? declaration.initializer
        : undefined
    return initializer === undefined ? [] : queuesOf(initializer, args, depth + 1)
  }

  /** Returns the queues that a call of `queue()` makes, as far as its arguments are known. */
  const madeQueues = (call: ts.CallExpression, args: Arguments): QueueReference[] => {
    const read = (name: string): readonly string[] => {
      const member = memberOf(call, name)
      return member === undefined ? [] : stringsOf(member, args)
    }
    const [type] = read('type')
    const names = [...read('name'), ...read('url').map((url) => url.slice(url.lastIndexOf('/') + 1))]
    if (type === undefined) return []
    const paths = read('path')
    return names.flatMap((name) =>
      paths.length === 0 ? [{ type, name }] : paths.map((path) => ({ type, name, path })),
    )
  }

  /** Returns what a function that is one expression, or one `return`, returns. */
  const returnedBy = (declaration: ts.SignatureDeclaration): ts.Expression | undefined => {
    const { body } = declaration as { readonly body?: ts.Node }
    if (body === undefined || !compiler.isBlock(body)) return body as ts.Expression | undefined
    return body.statements.find(compiler.isReturnStatement)?.expression
  }

  /** Returns what the parameters of a function are in a call of it. */
  const argumentsOf = (
    call: ts.CallExpression,
    called: ts.SignatureDeclaration | undefined,
    args: Arguments,
  ): Arguments =>
    new Map(
      (called?.parameters ?? []).flatMap((parameter, index) => {
        const symbol = checker.getSymbolAtLocation(parameter.name)
        const argument = call.arguments[index]
        return symbol === undefined || argument === undefined ? [] : [[symbol, stringsOf(argument, args)] as const]
      }),
    )

  /** @param visited the functions that are being read: they may call each other */
  const read = (node: ts.Node, from: string, args: Arguments, visited: ReadonlySet<ts.Node>): PayloadDescription[] => {
    const found: PayloadDescription[] = []
    const visit = (one: ts.Node): void => {
      if (compiler.isCallExpression(one)) {
        if (calledName(one) === 'payload') {
          const path = memberOf(one, 'path')
          const queue = memberOf(one, 'queue')
          if (path !== undefined) found.push(...stringsOf(path, args).map((name) => ({ from, path: name })))
          if (queue !== undefined) found.push(...queuesOf(queue, args).map((reference) => ({ from, queue: reference })))
        } else {
          const called = functionOf(one.expression)
          if (called !== undefined && !visited.has(called)) {
            found.push(...read(called, from, argumentsOf(one, called, args), new Set([...visited, called])))
          }
        }
      }
      compiler.forEachChild(one, visit)
    }
    compiler.forEachChild(node, visit)
    return found
  }

  return (declaration, from) => read(declaration, from, new Map(), new Set([declaration]))
}
