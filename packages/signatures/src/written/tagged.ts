import ts from 'typescript'
import { isOfLanguage } from '../json-types.ts'
import { type Tag, tagsOf } from '../tags.ts'
import { inAlias, memberOf, noArguments, type Reading, type Written, withoutParameter } from './resolve.ts'
import { aliasOf, isTypedProperty, symbolOf, tagsOfSymbol } from './symbols.ts'

/** Returns the references to aliases with tags, or to types that hold some, in a written type. Properties are left out. */
export const taggedIn = (reading: Reading, { node, args }: Written, visited = new Set<ts.Node>()): ts.Node[] => {
  const { program, checker } = reading
  if (visited.has(node) || ts.isTypeElement(node)) return []
  visited.add(node)
  const inside: ts.Node[] = []
  const member = memberOf(checker, node)
  if (member !== undefined && tagsOf(member).length > 0) inside.push(node)
  const symbol = ts.isTypeNode(node) ? symbolOf(checker, node) : undefined
  const argument = symbol === undefined ? undefined : args.get(symbol)
  if (argument !== undefined) return taggedIn(reading, argument, visited)
  if (symbol !== undefined && !isOfLanguage(program, symbol)) {
    if (tagsOfSymbol(symbol).length > 0) inside.push(node)
    const alias = aliasOf(symbol)
    if (alias !== undefined) inside.push(...taggedIn(reading, inAlias(checker, alias, node, args), visited))
  }
  ts.forEachChild(node, (child) => {
    inside.push(...taggedIn(reading, { node: child as ts.TypeNode, args }, visited))
  })
  return inside
}

/** Whether a written type is `Address[K]`, of which it is not known which property it is, and a property of it has tags. */
export const losesTags = (reading: Reading, { node, args }: Written): boolean => {
  if (!ts.isIndexedAccessTypeNode(node)) return false
  const { checker } = reading
  const object = withoutParameter(checker, { node: node.objectType, args }).node
  const properties = checker.getPropertiesOfType(checker.getTypeFromTypeNode(object))
  return properties.some(({ valueDeclaration: one }) => one !== undefined && isTagged(reading, one))
}

const isTagged = (reading: Reading, property: ts.Declaration): boolean =>
  tagsOf(property).length > 0 ||
  (isTypedProperty(property) &&
    property.type !== undefined &&
    taggedIn(reading, { node: property.type, args: noArguments }).length > 0)

/** Returns the tags of an interface or a class, and those of the ones that it extends: its values are values of these too. */
export const tagsOfType = (reading: Reading, type: ts.Type): readonly (readonly Tag[])[] => {
  const { program, checker } = reading
  const symbol = type.symbol as ts.Symbol | undefined
  if (symbol === undefined || !mayExtend(symbol) || isOfLanguage(program, symbol)) return []
  const bases = checker.getBaseTypes(checker.getDeclaredTypeOfSymbol(symbol) as ts.InterfaceType)
  return [tagsOfSymbol(symbol), ...bases.flatMap((base) => tagsOfType(reading, base))].filter((tags) => tags.length > 0)
}

const mayExtend = ({ flags }: ts.Symbol): boolean => (flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class)) !== 0
