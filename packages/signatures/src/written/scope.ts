import ts from 'typescript'
import { isOfLanguage } from '../json-types.ts'
import { type Arguments, bind, inAlias, noArguments, type Reading, resolve, type Written } from './resolve.ts'
import { aliasOf, argumentsOf, symbolOf, withoutImport } from './symbols.ts'

/** Types of the language that keep the properties of their first type argument. */
const mapping = new Set(['Partial', 'Required', 'Readonly', 'Pick', 'Omit', 'NonNullable', 'NoInfer'])

/** Returns the arguments for the properties of a written type, those of the types that it extends included. */
export const scopeOf = (reading: Reading, written: Written): Arguments => {
  const { program, checker } = reading
  const { node, args } = resolve(reading, written).written
  if (ts.isIntersectionTypeNode(node) || ts.isUnionTypeNode(node)) {
    return new Map(node.types.flatMap((one) => [...scopeOf(reading, { node: one, args })]))
  }
  const symbol = symbolOf(checker, node)
  if (symbol === undefined) return args
  const nodes = argumentsOf(node)
  if (isOfLanguage(program, symbol)) {
    const [first] = nodes
    return first !== undefined && mapping.has(symbol.name) ? scopeOf(reading, { node: first, args }) : args
  }
  return inherited(reading, symbol, nodes, args)
}

const inherited = (reading: Reading, symbol: ts.Symbol, nodes: readonly ts.TypeNode[], outer: Arguments): Arguments => {
  const { checker } = reading
  let args = noArguments
  for (const declaration of symbol.declarations ?? []) {
    if (!ts.isInterfaceDeclaration(declaration) && !ts.isClassDeclaration(declaration)) continue
    const own = bind(checker, declaration.typeParameters, nodes, outer)
    args = new Map([...args, ...own])
    for (const base of declaration.heritageClauses?.flatMap((clause) => clause.types) ?? []) {
      const target = withoutImport(checker, checker.getSymbolAtLocation(base.expression))
      if (target === undefined || target === symbol) continue
      args = new Map([...scopeOfBase(reading, base, target, own), ...args])
    }
  }
  return args
}

/** Returns the arguments for the properties of a type that another one extends. */
const scopeOfBase = (
  reading: Reading,
  base: ts.ExpressionWithTypeArguments,
  target: ts.Symbol,
  args: Arguments,
): Arguments => {
  if (isOfLanguage(reading.program, target)) return scopeOf(reading, { node: base, args })
  const alias = aliasOf(target)
  if (alias === undefined) return inherited(reading, target, argumentsOf(base), args)
  return scopeOf(reading, inAlias(reading.checker, alias, base, args))
}

/** Returns the written type of the values of `Record<K, V>` or of a mapped type. */
export const mappedValueOf = (reading: Reading, written: Written | undefined): Written | undefined => {
  if (written === undefined) return undefined
  const { node, args } = written
  if (ts.isMappedTypeNode(node)) return node.type === undefined ? undefined : { node: node.type, args }
  const symbol = symbolOf(reading.checker, node)
  if (symbol === undefined || !isOfLanguage(reading.program, symbol)) return undefined
  const [first, second] = argumentsOf(node)
  if (symbol.name === 'Record' && second !== undefined) return { node: second, args }
  return mapping.has(symbol.name) && first !== undefined
    ? mappedValueOf(reading, resolve(reading, { node: first, args }).written)
    : undefined
}
