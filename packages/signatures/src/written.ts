import ts from 'typescript'
import { isOfLanguage } from './json-types.ts'
import { type Tag, tagsOf } from './tags.ts'

/** Type arguments as they are written, by type parameter. */
export type Arguments = ReadonlyMap<ts.Symbol, Written>

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

/** Types of the language that keep the properties of their first type argument. */
const mapping = new Set(['Partial', 'Required', 'Readonly', 'Pick', 'Omit', 'NonNullable', 'NoInfer'])
const arrays = new Set(['Array', 'ReadonlyArray'])

const none: Arguments = new Map()

/**
 * Reads types as they are written. One reader is for one function: it remembers which aliases with tags were used.
 *
 * @param onAlias called with each alias that is resolved
 */
export const writtenTypes = (program: ts.Program, onAlias: (alias: ts.TypeAliasDeclaration) => void) => {
  const checker = program.getTypeChecker()
  const used = new Set<ts.Node>()
  const mentioned = new Set<ts.Node>()

  const symbolOf = (node: ts.TypeNode): ts.Symbol | undefined => {
    const name = ts.isTypeReferenceNode(node) ? node.typeName : ts.isImportTypeNode(node) ? node.qualifier : undefined
    const symbol = name === undefined ? undefined : checker.getSymbolAtLocation(name)
    return symbol !== undefined && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol
  }

  const argumentsOf = (node: ts.TypeNode): readonly ts.TypeNode[] =>
    ts.isTypeReferenceNode(node) || ts.isImportTypeNode(node) || ts.isExpressionWithTypeArguments(node)
      ? (node.typeArguments ?? [])
      : []

  /** Returns the written type that a type parameter stands for. */
  const withoutParameter = (written: Written): Written => {
    const symbol = symbolOf(written.node)
    return (symbol === undefined ? undefined : written.args.get(symbol)) ?? written
  }

  /** Returns the arguments inside a declaration: those for its own type parameters. */
  const bind = (
    parameters: readonly ts.TypeParameterDeclaration[] | undefined,
    nodes: readonly ts.TypeNode[],
    outer: Arguments,
  ): Arguments => {
    if (parameters === undefined || parameters.length === 0) return none
    const args = new Map<ts.Symbol, Written>()
    for (const [index, parameter] of parameters.entries()) {
      const node = nodes[index] ?? parameter.default
      const symbol = checker.getSymbolAtLocation(parameter.name)
      if (node === undefined || symbol === undefined) continue
      args.set(symbol, withoutParameter({ node, args: nodes[index] === undefined ? new Map(args) : outer }))
    }
    return args
  }

  /** Removes parentheses, `readonly`, type parameters and aliases. */
  const resolve = (start: Written): Resolved => {
    const tags: (readonly Tag[])[] = []
    const tagged: ts.Node[] = []
    let written = withoutParameter(start)
    for (const seen = new Set<ts.Node>(); !seen.has(written.node); ) {
      seen.add(written.node)
      const { node, args } = written
      const member = memberOf(node)
      if (member !== undefined) {
        tagged.push(node)
        tags.push(tagsOf(member))
      }
      const inner = member?.type ?? innerOf(node)
      if (inner !== undefined) {
        written = withoutParameter({ node: inner, args })
        continue
      }
      const symbol = symbolOf(node)
      if (symbol === undefined || isOfLanguage(program, symbol)) break
      if (tagsOfSymbol(symbol, isTagged).length > 0) tagged.push(node)
      // Those of an interface are read from the compiler's type: see tagsOfType().
      const own = tagsOfSymbol(symbol, (one) => ts.isTypeAliasDeclaration(one) || ts.isEnumDeclaration(one))
      if (own.length > 0) tags.push(own)
      const alias = symbol.declarations?.find(ts.isTypeAliasDeclaration)
      if (alias === undefined) break
      onAlias(alias)
      written = withoutParameter({ node: alias.type, args: bind(alias.typeParameters, argumentsOf(node), args) })
    }
    return { tags, written, tagged }
  }

  const innerOf = (node: ts.TypeNode): ts.TypeNode | undefined => {
    if (ts.isParenthesizedTypeNode(node) || ts.isOptionalTypeNode(node)) return node.type
    if (ts.isTypeOperatorNode(node) && node.operator === ts.SyntaxKind.ReadonlyKeyword) return node.type
    if (ts.isTypeQueryNode(node)) {
      const declaration = checker.getSymbolAtLocation(node.exprName)?.valueDeclaration
      return declaration !== undefined && ts.isVariableDeclaration(declaration) ? declaration.type : undefined
    }
    const symbol = symbolOf(node)
    const isHelper =
      symbol !== undefined && isOfLanguage(program, symbol) && ['NonNullable', 'NoInfer'].includes(symbol.name)
    return isHelper ? argumentsOf(node)[0] : undefined
  }

  /** Returns the declaration of `Address['city']`, if it has a written type. */
  const memberOf = (node: ts.Node): TypedProperty | undefined => {
    if (!ts.isIndexedAccessTypeNode(node)) return undefined
    const { objectType, indexType } = node
    if (!ts.isLiteralTypeNode(indexType) || !ts.isStringLiteral(indexType.literal)) return undefined
    const property = checker.getTypeFromTypeNode(objectType).getProperty(indexType.literal.text)
    const declaration = property?.valueDeclaration
    return declaration !== undefined && isTypedProperty(declaration) ? declaration : undefined
  }

  /** Whether a written type is `Address[K]`, of which it is not known which property it is, and a property of it has tags. */
  const losesTags = ({ node, args }: Written): boolean => {
    if (!ts.isIndexedAccessTypeNode(node)) return false
    const object = withoutParameter({ node: node.objectType, args }).node
    const declarations = checker
      .getPropertiesOfType(checker.getTypeFromTypeNode(object))
      .map((one) => one.valueDeclaration)
    return declarations.some(
      (one) =>
        one !== undefined &&
        (tagsOf(one).length > 0 ||
          (isTypedProperty(one) && one.type !== undefined && taggedIn({ node: one.type, args: none }).length > 0)),
    )
  }

  /** Returns the arguments for the properties of a written type, those of the types that it extends included. */
  const scopeOf = (written: Written): Arguments => {
    const { node, args } = resolve(written).written
    if (ts.isIntersectionTypeNode(node) || ts.isUnionTypeNode(node)) {
      return new Map(node.types.flatMap((one) => [...scopeOf({ node: one, args })]))
    }
    const symbol = symbolOf(node)
    if (symbol === undefined) return args
    const nodes = argumentsOf(node)
    if (isOfLanguage(program, symbol)) {
      const [first] = nodes
      return first !== undefined && mapping.has(symbol.name) ? scopeOf({ node: first, args }) : args
    }
    return inherited(symbol, nodes, args)
  }

  const inherited = (symbol: ts.Symbol, nodes: readonly ts.TypeNode[], outer: Arguments): Arguments => {
    let args = none
    for (const declaration of symbol.declarations ?? []) {
      if (!ts.isInterfaceDeclaration(declaration) && !ts.isClassDeclaration(declaration)) continue
      const own = bind(declaration.typeParameters, nodes, outer)
      args = new Map([...args, ...own])
      for (const base of declaration.heritageClauses?.flatMap((clause) => clause.types) ?? []) {
        const named = checker.getSymbolAtLocation(base.expression)
        const target =
          named !== undefined && named.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(named) : named
        if (target === undefined || target === symbol) continue
        const alias = target.declarations?.find(ts.isTypeAliasDeclaration)
        const further = isOfLanguage(program, target)
          ? scopeOf({ node: base, args: own })
          : alias === undefined
            ? inherited(target, argumentsOf(base), own)
            : scopeOf({ node: alias.type, args: bind(alias.typeParameters, argumentsOf(base), own) })
        args = new Map([...further, ...args])
      }
    }
    return args
  }

  /** Returns the written type of an array's items, or of a tuple's entry. */
  const itemOf = (written: Written | undefined, index: number): Written | undefined => {
    if (written === undefined) return undefined
    const { node, args } = written
    if (ts.isArrayTypeNode(node)) return { node: node.elementType, args }
    if (ts.isTupleTypeNode(node)) {
      const entry = node.elements[Math.min(index, node.elements.length - 1)]
      const type = entry !== undefined && ts.isNamedTupleMember(entry) ? entry.type : entry
      if (type === undefined) return undefined
      const isRest =
        ts.isRestTypeNode(type) ||
        (entry !== undefined && ts.isNamedTupleMember(entry) && entry.dotDotDotToken !== undefined)
      if (!isRest) return { node: type, args }
      return itemOf(resolve({ node: ts.isRestTypeNode(type) ? type.type : type, args }).written, 0)
    }
    const symbol = symbolOf(node)
    const [first] = argumentsOf(node)
    return symbol !== undefined && first !== undefined && isOfLanguage(program, symbol) && arrays.has(symbol.name)
      ? { node: first, args }
      : undefined
  }

  /** Returns the tags of a tuple's entry. */
  const entryTags = (written: Written | undefined, index: number): readonly Tag[] => {
    const entry = written !== undefined && ts.isTupleTypeNode(written.node) ? written.node.elements[index] : undefined
    return entry !== undefined && ts.isNamedTupleMember(entry) ? tagsOf(entry) : []
  }

  /** Returns the written type of the values of `Record<K, V>` or of a mapped type. */
  const mappedValueOf = (written: Written | undefined): Written | undefined => {
    if (written === undefined) return undefined
    const { node, args } = written
    if (ts.isMappedTypeNode(node)) return node.type === undefined ? undefined : { node: node.type, args }
    const symbol = symbolOf(node)
    if (symbol === undefined || !isOfLanguage(program, symbol)) return undefined
    const [first, second] = argumentsOf(node)
    if (symbol.name === 'Record' && second !== undefined) return { node: second, args }
    return mapping.has(symbol.name) && first !== undefined
      ? mappedValueOf(resolve({ node: first, args }).written)
      : undefined
  }

  /** Returns the references to aliases with tags, or to types that hold some, in a written type. Properties are left out. */
  const taggedIn = ({ node, args }: Written, seen = new Set<ts.Node>()): ts.Node[] => {
    if (seen.has(node) || ts.isTypeElement(node)) return []
    seen.add(node)
    const inside: ts.Node[] = []
    const member = memberOf(node)
    if (member !== undefined && tagsOf(member).length > 0) inside.push(node)
    const symbol = ts.isTypeNode(node) ? symbolOf(node) : undefined
    const argument = symbol === undefined ? undefined : args.get(symbol)
    if (argument !== undefined) return taggedIn(argument, seen)
    if (symbol !== undefined && !isOfLanguage(program, symbol)) {
      if (tagsOfSymbol(symbol, isTagged).length > 0) inside.push(node)
      const alias = symbol.declarations?.find(ts.isTypeAliasDeclaration)
      if (alias !== undefined) {
        inside.push(...taggedIn({ node: alias.type, args: bind(alias.typeParameters, argumentsOf(node), args) }, seen))
      }
    }
    ts.forEachChild(node, (child) => {
      inside.push(...taggedIn({ node: child as ts.TypeNode, args }, seen))
    })
    return inside
  }

  /** Returns the tags of an interface or a class, and those of the ones that it extends: its values are values of these too. */
  const tagsOfType = (type: ts.Type): readonly (readonly Tag[])[] => {
    const symbol = type.symbol as ts.Symbol | undefined
    if (symbol === undefined || !isHeir(symbol) || isOfLanguage(program, symbol)) return []
    const bases = checker.getBaseTypes(checker.getDeclaredTypeOfSymbol(symbol) as ts.InterfaceType)
    return [tagsOfSymbol(symbol, isTagged), ...bases.flatMap(tagsOfType)].filter((tags) => tags.length > 0)
  }

  return {
    resolve,
    tagsOfType,
    /** Notes that the tags of a written type are kept. */
    keep: ({ tagged }: Resolved): void => {
      for (const node of tagged) used.add(node)
    },
    losesTags,
    scopeOf,
    itemOf,
    entryTags,
    mappedValueOf,
    /** Whether a written type holds tags, and so must be followed. */
    holdsTags: (written: Written): boolean => taggedIn(written).length > 0,
    /** Notes the references to tagged aliases, which must all be used in the end. */
    note: (written: Written): void => {
      for (const node of taggedIn(written)) mentioned.add(node)
    },
    /** Returns the references to tagged aliases whose tags were not kept. */
    unused: (): readonly ts.Node[] => [...mentioned].filter((node) => !used.has(node)),
    /** Whether a type was declared by a written type, or by the interface or class that it names. */
    declares: ({ node }: Written, type: ts.Type): boolean => {
      const symbol = type.symbol as ts.Symbol | undefined
      return (
        symbol !== undefined &&
        (symbolOf(node) === symbol || (symbol.declarations ?? []).some((one: ts.Node) => one === node))
      )
    },
    /** Returns the compiler's type of a written type, if it does not depend on type parameters. */
    typeOf: ({ node, args }: Written): ts.Type | undefined =>
      args.size === 0 || !dependsOn(checker, node, args) ? checker.getTypeFromTypeNode(node) : undefined,
    /** Returns a text that is the same for the same written type. */
    keyOf: (written: Written): string => keyOf(written),
  }

  function keyOf({ node, args }: Written): string {
    const place = `${node.getSourceFile().fileName}:${node.pos}:${node.end}`
    const used = [...args].filter(([symbol]) => dependsOn(checker, node, new Map([[symbol, { node, args: none }]])))
    return used.length === 0 ? place : `${place}<${used.map(([{ name }, one]) => `${name}=${keyOf(one)}`).join()}>`
  }
}

type TypedProperty = ts.PropertySignature | ts.PropertyDeclaration | ts.ParameterDeclaration

const isTypedProperty = (node: ts.Node): node is TypedProperty =>
  ts.isPropertySignature(node) || ts.isPropertyDeclaration(node) || ts.isParameter(node)

const isHeir = ({ flags }: ts.Symbol): boolean => (flags & (ts.SymbolFlags.Interface | ts.SymbolFlags.Class)) !== 0

const tagsOfSymbol = ({ declarations = [] }: ts.Symbol, isWanted: (node: ts.Node) => boolean): readonly Tag[] =>
  declarations.flatMap((one) => (isWanted(one) ? tagsOf(one) : []))

const isTagged = (node: ts.Node): boolean =>
  ts.isTypeAliasDeclaration(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isClassDeclaration(node) ||
  ts.isEnumDeclaration(node)

const dependsOn = (checker: ts.TypeChecker, node: ts.Node, args: Arguments): boolean => {
  const symbol = ts.isTypeReferenceNode(node) ? checker.getSymbolAtLocation(node.typeName) : undefined
  if (symbol !== undefined && args.has(symbol)) return true
  return ts.forEachChild(node, (child) => dependsOn(checker, child, args) || undefined) ?? false
}
