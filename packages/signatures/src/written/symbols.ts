import ts from 'typescript'
import { type Tag, tagsOf } from '../tags.ts'

/** Returns the symbol that a symbol stands for, if it is imported. */
export const withoutImport = (checker: ts.TypeChecker, symbol: ts.Symbol | undefined): ts.Symbol | undefined =>
  symbol !== undefined && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol

/** Returns the symbol that a reference to a type names. */
export const symbolOf = (checker: ts.TypeChecker, node: ts.TypeNode): ts.Symbol | undefined => {
  const name = ts.isTypeReferenceNode(node) ? node.typeName : ts.isImportTypeNode(node) ? node.qualifier : undefined
  return name === undefined ? undefined : withoutImport(checker, checker.getSymbolAtLocation(name))
}

/** Returns the type arguments of a reference. */
export const argumentsOf = (node: ts.TypeNode): readonly ts.TypeNode[] =>
  ts.isTypeReferenceNode(node) || ts.isImportTypeNode(node) || ts.isExpressionWithTypeArguments(node)
    ? (node.typeArguments ?? [])
    : []

/** Returns the alias that a symbol is declared as. */
export const aliasOf = ({ declarations }: ts.Symbol): ts.TypeAliasDeclaration | undefined =>
  declarations?.find(ts.isTypeAliasDeclaration)

/** Returns the tags of a symbol's declarations of some kinds. */
export const tagsOfSymbol = (
  { declarations = [] }: ts.Symbol,
  isWanted: (node: ts.Node) => boolean = mayHaveTags,
): readonly Tag[] => declarations.flatMap((one) => (isWanted(one) ? tagsOf(one) : []))

const mayHaveTags = (node: ts.Node): boolean =>
  ts.isTypeAliasDeclaration(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isClassDeclaration(node) ||
  ts.isEnumDeclaration(node)

/** A declaration that may have a written type. */
export type TypedProperty = ts.PropertySignature | ts.PropertyDeclaration | ts.ParameterDeclaration

export const isTypedProperty = (node: ts.Node): node is TypedProperty =>
  ts.isPropertySignature(node) || ts.isPropertyDeclaration(node) || ts.isParameter(node)
