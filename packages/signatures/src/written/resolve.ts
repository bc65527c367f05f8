import ts from 'typescript'
import { isOfLanguage } from '../json-types.ts'
import { type Tag, tagsOf } from '../tags.ts'
import { aliasOf, argumentsOf, isTypedProperty, symbolOf, type TypedProperty, tagsOfSymbol } from './symbols.ts'

/** Type arguments as they are written, by type parameter. */
export type Arguments = ReadonlyMap<ts.Symbol, Written>

export const noArguments: Arguments = new Map()

/**
 * A type as it is written. The compiler's types do not say which alias a primitive was written with, so the tags of
 * `type Duration = string` are found here.
 */
export interface Written {
  readonly node: ts.TypeNode
  readonly args: Arguments
}

/** A written type without the aliases around it, and their tags: a list for each alias, the outermost first. */
export interface Resolved {
  readonly tags: readonly (readonly Tag[])[]
  readonly written: Written
  /** The references that have tags. */
  readonly tagged: readonly ts.Node[]
}

/** What written types are read with. */
export interface Reading {
  readonly program: ts.Program
  readonly checker: ts.TypeChecker
  /** Called with each alias that is resolved. */
  readonly onAlias: (alias: ts.TypeAliasDeclaration) => void
}

/** Removes parentheses, `readonly`, type parameters and aliases. */
export const resolve = (reading: Reading, start: Written): Resolved => {
  const { program, checker, onAlias } = reading
  const tags: (readonly Tag[])[] = []
  const tagged: ts.Node[] = []
  let written = withoutParameter(checker, start)
  for (const visited = new Set<ts.Node>(); !visited.has(written.node); ) {
    visited.add(written.node)
    const { node, args } = written
    const member = memberOf(checker, node)
    if (member !== undefined) {
      tagged.push(node)
      tags.push(tagsOf(member))
    }
    const inner = member?.type ?? innerOf(reading, node)
    if (inner !== undefined) {
      written = withoutParameter(checker, { node: inner, args })
      continue
    }
    const symbol = symbolOf(checker, node)
    if (symbol === undefined || isOfLanguage(program, symbol)) break
    if (tagsOfSymbol(symbol).length > 0) tagged.push(node)
    // Those of an interface are read from the compiler's type: see tagsOfType().
    const own = tagsOfSymbol(symbol, (one) => ts.isTypeAliasDeclaration(one) || ts.isEnumDeclaration(one))
    if (own.length > 0) tags.push(own)
    const alias = aliasOf(symbol)
    if (alias === undefined) break
    onAlias(alias)
    written = withoutParameter(checker, inAlias(checker, alias, node, args))
  }
  return { tags, written, tagged }
}

/** Returns the written type that a type parameter stands for. */
export const withoutParameter = (checker: ts.TypeChecker, written: Written): Written => {
  const symbol = symbolOf(checker, written.node)
  return (symbol === undefined ? undefined : written.args.get(symbol)) ?? written
}

/** Returns the type of an alias, with the arguments of a reference to it. */
export const inAlias = (
  checker: ts.TypeChecker,
  alias: ts.TypeAliasDeclaration,
  reference: ts.TypeNode,
  args: Arguments,
): Written => ({ node: alias.type, args: bind(checker, alias.typeParameters, argumentsOf(reference), args) })

/** Returns the arguments inside a declaration: those for its own type parameters. */
export const bind = (
  checker: ts.TypeChecker,
  parameters: readonly ts.TypeParameterDeclaration[] | undefined,
  nodes: readonly ts.TypeNode[],
  outer: Arguments,
): Arguments => {
  if (parameters === undefined || parameters.length === 0) return noArguments
  const args = new Map<ts.Symbol, Written>()
  for (const [index, parameter] of parameters.entries()) {
    const node = nodes[index] ?? parameter.default
    const symbol = checker.getSymbolAtLocation(parameter.name)
    if (node === undefined || symbol === undefined) continue
    args.set(symbol, withoutParameter(checker, { node, args: nodes[index] === undefined ? new Map(args) : outer }))
  }
  return args
}

const innerOf = ({ program, checker }: Reading, node: ts.TypeNode): ts.TypeNode | undefined => {
  if (ts.isParenthesizedTypeNode(node) || ts.isOptionalTypeNode(node)) return node.type
  if (ts.isTypeOperatorNode(node) && node.operator === ts.SyntaxKind.ReadonlyKeyword) return node.type
  if (ts.isTypeQueryNode(node)) {
    const declaration = checker.getSymbolAtLocation(node.exprName)?.valueDeclaration
    return declaration !== undefined && ts.isVariableDeclaration(declaration) ? declaration.type : undefined
  }
  const symbol = symbolOf(checker, node)
  const isHelper =
    symbol !== undefined && isOfLanguage(program, symbol) && ['NonNullable', 'NoInfer'].includes(symbol.name)
  return isHelper ? argumentsOf(node)[0] : undefined
}

/** Returns the declaration of `Address['city']`, if it has a written type. */
export const memberOf = (checker: ts.TypeChecker, node: ts.Node): TypedProperty | undefined => {
  if (!ts.isIndexedAccessTypeNode(node)) return undefined
  const { objectType, indexType } = node
  if (!ts.isLiteralTypeNode(indexType) || !ts.isStringLiteral(indexType.literal)) return undefined
  const property = checker.getTypeFromTypeNode(objectType).getProperty(indexType.literal.text)
  const declaration = property?.valueDeclaration
  return declaration !== undefined && isTypedProperty(declaration) ? declaration : undefined
}
