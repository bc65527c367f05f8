import ts from 'typescript'
import { type Arguments, noArguments, type Written } from './resolve.ts'
import { symbolOf } from './symbols.ts'

/** Returns the compiler's type of a written type, if it does not depend on type parameters. */
export const typeOf = (checker: ts.TypeChecker, { node, args }: Written): ts.Type | undefined =>
  args.size === 0 || !dependsOn(checker, node, args) ? checker.getTypeFromTypeNode(node) : undefined

/** Returns a text that is the same for the same written type. */
export const keyOf = (checker: ts.TypeChecker, { node, args }: Written): string => {
  const place = `${node.getSourceFile().fileName}:${node.pos}:${node.end}`
  const used = [...args].filter(([symbol]) =>
    dependsOn(checker, node, new Map([[symbol, { node, args: noArguments }]])),
  )
  const texts = used.map(([{ name }, one]) => `${name}=${keyOf(checker, one)}`)
  return texts.length === 0 ? place : `${place}<${texts.join()}>`
}

/** Whether a type was declared by a written type, or by the interface or class that it names. */
export const declares = (checker: ts.TypeChecker, { node }: Written, type: ts.Type): boolean => {
  const symbol = type.symbol as ts.Symbol | undefined
  return (
    symbol !== undefined &&
    (symbolOf(checker, node) === symbol || (symbol.declarations ?? []).some((one: ts.Node) => one === node))
  )
}

const dependsOn = (checker: ts.TypeChecker, node: ts.Node, args: Arguments): boolean => {
  const symbol = ts.isTypeReferenceNode(node) ? checker.getSymbolAtLocation(node.typeName) : undefined
  if (symbol !== undefined && args.has(symbol)) return true
  return ts.forEachChild(node, (child) => dependsOn(checker, child, args) || undefined) ?? false
}
