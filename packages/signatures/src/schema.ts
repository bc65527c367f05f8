import ts from 'typescript'
import { toInteger, union } from './combine.ts'
import { withDefaults } from './defaults.ts'
import { definitionRegistry } from './definitions.ts'
import { type Diagnostic, diagnosticAt, diagnosticIn, SignaturesError, throwAt } from './diagnostics.ts'
import type { Exported } from './exported.ts'
import { isList, isOfLanguage, jsonProblem } from './json-types.ts'
import { referenceTo, type Schema, withDefinitions, withKeywords } from './normalize.ts'
import { withOtherTypes } from './other-types.ts'
import { type Kind, keywordsOf, strayTags, type Tag, tagsOf } from './tags.ts'
import { anything, isObjectLike, isScalar, isUndefinable, kindsOf, nothing, partsOf } from './type-kinds.ts'
import { type Resolved, type Written, writtenTypes } from './written.ts'

/** A generic type with this number of type arguments in one function's kwargs has no end: `type Grow<T> = { more?: Grow<T[]> }`. */
const maxInstances = 500

/** What the conversion of a type needs. */
interface Context {
  /** the type as it is written, if that is known */
  readonly written: Written | undefined
  /** the name of the value, for example `at.city` */
  readonly place: string
  /** the node that a diagnostic points at */
  readonly at: ts.Node
  /** whether a `@pattern` narrows the value */
  readonly hasPattern: boolean
}

/** Returns a function that returns the JSON Schema (draft 7) of a function's kwargs, as the compiler knows their type. */
export const schemas =
  (program: ts.Program) =>
  (exported: Exported): Schema => {
    const { kwargs, names } = exported
    if (kwargs === undefined) return { type: 'object' }
    const [who = ''] = names
    const checker = program.getTypeChecker()
    const type = checker.getNonNullableType(kwargs.type)
    if (!isObjectLike(checker, kwargs.type)) {
      throwAt(
        kwargs.node,
        `${who}: the first parameter must be an object: the kwargs of the message. Write ({ a, b }: { ... })`,
      )
    }
    return withDefaults(convertKwargs(program, who, type, kwargs), kwargs.name)
  }

const convertKwargs = (
  program: ts.Program,
  who: string,
  root: ts.Type,
  kwargs: NonNullable<Exported['kwargs']>,
): Schema => {
  const checker = program.getTypeChecker()
  const written = writtenTypes(program, (alias) => visit(alias, undefined))
  const diagnostics: Diagnostic[] = []
  const reported = new Set<string>()
  const definitions = definitionRegistry()
  const instances = new Map<ts.Symbol, number>()
  const visited = new Set<ts.Node>()

  const report = (diagnostic: Diagnostic): void => {
    const text = `${diagnostic.where} ${diagnostic.what}`
    if (!reported.has(text)) diagnostics.push(diagnostic)
    reported.add(text)
  }

  /** Reports a type that cannot be converted. Returns a schema to go on with, to find further problems. */
  const fail = ({ at, place }: Context, what: string): Schema => {
    report(diagnosticAt(at, `${who}: ${place} ${what}`))
    return {}
  }

  const lost = (node: ts.Node): void =>
    report(
      diagnosticAt(node, `${who}: the tags of ${node.getText()} cannot be kept here. Write them above the property`),
    )

  /** Reports tags in comments of a declaration that the compiler does not see, and notes the tagged aliases in its type. */
  const visit = (node: ts.Node, type: Written | undefined): void => {
    if (type !== undefined) written.note(type)
    if (visited.has(node)) return
    visited.add(node)
    for (const { name, file, position } of strayTags(node)) {
      report(
        diagnosticIn(
          file,
          position,
          `${who}: the tag @${name} is where TypeScript does not see it. Put it on a line above the property`,
        ),
      )
    }
  }

  const convert = (type: ts.Type, context: Context, own: readonly (readonly Tag[])[] = []): Schema | false => {
    const resolved = context.written === undefined ? undefined : resolveFor(type, context.written)
    if (resolved !== undefined) written.keep(resolved)
    if (resolved !== undefined && written.losesTags(resolved.written)) lost(resolved.written.node)
    const groups = [...own, ...(resolved?.tags ?? []), ...written.tagsOfType(type)]
    const hasPattern = context.hasPattern || groups.flat().some(({ name }) => name === 'pattern')
    const schema = plain(type, { ...context, written: resolved?.written, hasPattern })
    if (schema === false) return schema
    return narrowAll(schema, type, groups, context)
  }

  /** Narrows a schema by tags: the alias that is next to the type first. */
  const narrowAll = (schema: Schema, type: ts.Type, groups: Resolved['tags'], context: Context): Schema =>
    groups.reduceRight((narrowed, tags) => narrow(narrowed, kindsOf(checker, type), tags, context), schema)

  /** Resolves a written type; of a union or an intersection, of which the type is one member, that member. */
  const resolveFor = (type: ts.Type, as: Written): Resolved => {
    const resolved = written.resolve(as)
    const { node, args } = resolved.written
    const isPart =
      (ts.isUnionTypeNode(node) && !type.isUnion()) || (ts.isIntersectionTypeNode(node) && !type.isIntersection())
    if (!isPart) return resolved
    const members = (node as ts.UnionOrIntersectionTypeNode).types
      .map((member) => written.resolve({ node: member, args }))
      .filter((member) => written.typeOf(member.written) === type)
    const [member, ...others] = members
    if (member === undefined || others.length > 0) return resolved
    return {
      tags: [...resolved.tags, ...member.tags],
      written: member.written,
      tagged: [...resolved.tagged, ...member.tagged],
    }
  }

  const narrow = (
    schema: Schema,
    kinds: ReadonlySet<Kind> | 'any',
    tags: readonly Tag[],
    { place }: Context,
  ): Schema => {
    const { keywords, isInteger, isNullable } = keywordsOf(tags, kinds, report, `${who}: ${place}`)
    const narrowed = withKeywords(isInteger ? toInteger(schema) : schema, keywords)
    return isNullable ? union([{ type: 'null' }, narrowed]) : narrowed
  }

  /** Converts a type without tags of its own. Returns false for a type that no JSON value has. */
  const plain = (type: ts.Type, context: Context): Schema | false => {
    const { flags } = type
    if ('intrinsicName' in type && type.intrinsicName === 'error') {
      return fail(context, 'has a type that is not known. Is it imported?')
    }
    if (flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return {}
    if (flags & nothing || isImpossible(type)) return false
    if (flags & ts.TypeFlags.Boolean) return { type: 'boolean' }
    if (type.isUnion() || isWrittenUnion(type, context.written)) return unionOf(type, context)
    if (flags & ts.TypeFlags.BooleanLiteral) return { const: checker.typeToString(type) === 'true' }
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value }
    if (flags & (ts.TypeFlags.TemplateLiteral | ts.TypeFlags.StringMapping)) {
      if (!context.hasPattern)
        fail(context, `is ${checker.typeToString(type)}, which is not validated. Add the tag \`@pattern\``)
      return { type: 'string' }
    }
    if (flags & ts.TypeFlags.StringLike) return { type: 'string' }
    if (flags & ts.TypeFlags.NumberLike) return { type: 'number' }
    if (flags & ts.TypeFlags.Null) return { type: 'null' }
    if (flags & ts.TypeFlags.NonPrimitive) return { type: ['object', 'array'] }
    const problem = jsonProblem(program, type)
    if (problem !== undefined) return fail(context, problem)
    if (type.isIntersection()) return intersectionOf(type, context)
    if (flags & ts.TypeFlags.Object) return definitionOf(type, context)
    return fail(
      context,
      `is ${checker.typeToString(type)}, which depends on a type parameter. Write the type that a message has`,
    )
  }

  /** Whether no value has a type: `{ kind: 'a' } & { kind: 'b' }`. The compiler computes that late. */
  const isImpossible = (type: ts.Type): boolean =>
    type.isIntersection() && checker.isTypeAssignableTo(type, checker.getNeverType())

  /** Whether a type that is not a union to the compiler is written as one, whose members have different tags: `Short | Long`. */
  const isWrittenUnion = (type: ts.Type, as: Written | undefined): boolean => {
    if (as === undefined || !ts.isUnionTypeNode(as.node)) return false
    const { args } = as
    const members = as.node.types.map((node): Written => ({ node, args }))
    const same = members.filter((member) => written.typeOf(written.resolve(member).written) === type)
    return same.length > 1 && same.some(written.holdsTags)
  }

  const unionOf = (type: ts.Type, context: Context): Schema | false => {
    const { written: as } = context
    const members =
      as !== undefined && ts.isUnionTypeNode(as.node)
        ? as.node.types.map((node): Written => ({ node, args: as.args }))
        : []
    const branches: Schema[] = []
    const left = new Set(inOrder(partsOf(type), members))
    const add = (part: ts.Type, inner: Context): void => {
      const schema = convert(part, inner)
      if (schema !== false) branches.push(schema)
    }
    // Members with tags are converted as they are written, the others as the compiler knows them.
    const tagged = members.filter((member) => written.holdsTags(member))
    const others = members.filter((member) => !tagged.includes(member)).map((member) => written.typeOf(member))
    for (const member of tagged) {
      const part = written.typeOf(written.resolve(member).written)
      if (part === undefined) continue
      for (const one of partsOf(part)) {
        if (!others.some((other) => other !== undefined && partsOf(other).includes(one))) left.delete(one)
      }
      add(part, { ...context, written: member })
    }
    const isBoolean = [...left].filter(({ flags }) => flags & ts.TypeFlags.BooleanLiteral).length === 2
    if (isBoolean) branches.push({ type: 'boolean' })
    for (const part of left) {
      if (isBoolean && part.flags & ts.TypeFlags.BooleanLiteral) continue
      add(part, { ...context, written: members.length > 0 ? memberFor(members, part) : as })
    }
    return branches.length === 0 ? false : union(branches)
  }

  /** Sorts types as they are written. The compiler's order depends on other code, and would change the generated module. */
  const inOrder = (types: readonly ts.Type[], members: readonly Written[]): readonly ts.Type[] => {
    const order = members.map((member) => written.typeOf(member))
    const indexOf = (type: ts.Type) => (order.includes(type) ? order.indexOf(type) : order.length)
    return types.toSorted((a, b) => indexOf(a) - indexOf(b))
  }

  /** Returns the written member of a union that a type comes from, if only one may be it. */
  const memberFor = (members: readonly Written[], type: ts.Type): Written | undefined => {
    const resolved = members.map((member) => written.resolve(member).written)
    const [member, ...others] = resolved.filter((one) => written.declares(one, type))
    return others.length === 0 ? member : undefined
  }

  const intersectionOf = (type: ts.IntersectionType, context: Context): Schema | false => {
    // A brand, such as `string & { __brand: 'id' }`, is not in the message.
    const values = type.types.filter((one) => isScalar(one) || isList(checker, one))
    const hasIndex = type.types.some((one) => checker.getIndexInfosOfType(one).length > 0)
    if (values.length === 0 && !hasIndex) {
      const members = membersOf(context.written).map(written.resolve)
      members.forEach(written.keep)
      const groups = [...members.flatMap(({ tags }) => tags), ...type.types.flatMap(written.tagsOfType)]
      return narrowAll(definitionOf(type, context), type, groups, context)
    }
    const parts = (values.length > 0 ? values : type.types).map((one) => convert(one, context))
    if (parts.includes(false)) return false
    const [first, ...others] = parts as Schema[]
    return first !== undefined && others.length === 0 ? first : { allOf: parts as Schema[] }
  }

  const membersOf = (as: Written | undefined): readonly Written[] =>
    as !== undefined && ts.isIntersectionTypeNode(as.node)
      ? as.node.types.map((node): Written => ({ node, args: as.args }))
      : []

  /** Converts a type that may be recursive, once. */
  const definitionOf = (type: ts.Type, context: Context): Schema => {
    const { written: as } = context
    const follows =
      as !== undefined && (written.holdsTags(as) || [...written.scopeOf(as).values()].some(written.holdsTags))
    const variant = follows ? written.keyOf(as) : ''
    const known = definitions.find(type, variant)
    if (known !== undefined) return referenceTo(known)
    const named = type.aliasSymbol ?? (type.symbol as ts.Symbol | undefined)
    const symbol = isList(checker, type) || (named !== undefined && isOfLanguage(program, named)) ? undefined : named
    const count = symbol === undefined ? 0 : (instances.get(symbol) ?? 0) + 1
    if (symbol !== undefined) instances.set(symbol, count)
    if (count > maxInstances) {
      return fail(
        { ...context, place: 'kwargs', at: kwargs.node },
        'has a type that holds ever new types. Write a type that holds itself',
      )
    }
    const inner = { ...context, written: as, hasPattern: false }
    const convertParts = (): Schema =>
      isList(checker, type) ? listOf(type as ts.TypeReference, inner) : objectOf(type, inner)
    return referenceTo(definitions.add(type, variant, symbol?.name, convertParts))
  }

  const listOf = (type: ts.TypeReference, context: Context): Schema => {
    const types = checker.getTypeArguments(type)
    const { written: as, place, at } = context
    const item = (index: number): Schema | false => {
      const tags = [written.entryTags(as, index)]
      return convert(
        types[index] as ts.Type,
        { ...context, at, written: written.itemOf(as, index), place: `an item of ${place}` },
        tags,
      )
    }
    if (!checker.isTupleType(type)) {
      const items = item(0)
      if (items === false) return { type: 'array', maxItems: 0 }
      return Object.keys(items).length === 0 ? { type: 'array' } : { type: 'array', items }
    }
    const { minLength, fixedLength, elementFlags } = (type as ts.TupleTypeReference).target
    const rest = elementFlags.findIndex((flag) => flag & ts.ElementFlags.Variable)
    if (rest !== -1 && (rest !== elementFlags.length - 1 || elementFlags[rest] === ts.ElementFlags.Variadic)) {
      return fail(
        context,
        `is ${checker.typeToString(type)}: JSON Schema has a rest at the end of a tuple only. Put it there`,
      )
    }
    const schema: Schema = { type: 'array', minItems: minLength }
    const items = Array.from({ length: fixedLength }, (_, index) => item(index))
    if (items.length > 0) schema.items = items
    if (rest === -1) return { ...schema, maxItems: fixedLength }
    const further = item(rest)
    if (items.length === 0) return { ...schema, items: further }
    return further === false ? { ...schema, maxItems: fixedLength } : { ...schema, additionalItems: further }
  }

  const objectOf = (type: ts.Type, context: Context): Schema => {
    const { written: as, place } = context
    const scope = as === undefined ? undefined : written.scopeOf(as)
    const value = written.mappedValueOf(as)
    const schema: Schema = { type: 'object' }
    const properties: [string, Schema | false][] = []
    const required: string[] = []
    for (const property of checker.getPropertiesOfType(type)) {
      const { name } = property
      if (/^__[@#]/.test(String(property.escapedName))) continue // a symbol, or private
      const declarations = property.declarations ?? []
      const [declaration] = declarations
      const isForeign = declaration === undefined || declaration.getSourceFile().isDeclarationFile
      const inner: Context = {
        ...context,
        place: place === 'kwargs' ? name : `${place}.${name}`,
        at: isForeign ? context.at : declaration,
        written: writtenProperty(declaration, scope) ?? value,
      }
      if (declarations.some(isHidden)) {
        fail(inner, 'is not public, so no message can have it. Use an interface')
        continue
      }
      for (const one of declarations) visit(one, one === declaration ? inner.written : writtenProperty(one, scope))
      const propertyType = checker.getTypeOfSymbol(property)
      const isOptional = (property.flags & ts.SymbolFlags.Optional) !== 0 || isUndefinable(propertyType)
      if (!isOptional) required.push(name)
      properties.push([name, convert(propertyType, inner, declarations.map(tagsOf))])
    }
    const declared = properties.filter(([name]) => name !== '__proto__')
    if (declared.length > 0) schema.properties = Object.fromEntries(declared)
    if (required.length > 0) schema.required = required
    const patterns: [string, Schema | false][] = []
    // ajv ignores a property of this name; as a pattern it is one like any other.
    for (const [name, one] of properties) if (name === '__proto__') patterns.push(['^__proto__$', one])
    let items: Schema | false = {}
    for (const info of checker.getIndexInfosOfType(type)) {
      const tags = info.declaration === undefined ? [] : [tagsOf(info.declaration)]
      const as = writtenProperty(info.declaration, scope) ?? value
      const inner = { ...context, written: as, place: `a property of ${place}` }
      if (info.declaration !== undefined) visit(info.declaration, as)
      const one = convert(info.type, inner, tags)
      if (info.keyType.flags & ts.TypeFlags.String) {
        schema.additionalProperties = one
      } else if (info.keyType.flags & ts.TypeFlags.Number) {
        patterns.push([numeric, one])
        items = one
      } else if (!(info.keyType.flags & ts.TypeFlags.ESSymbolLike)) {
        fail(
          context,
          `has properties named ${checker.typeToString(info.keyType)}, which is not validated. Use Record<string, ...>`,
        )
      }
    }
    if (patterns.length > 0) schema.patternProperties = Object.fromEntries(patterns)
    return place === 'kwargs' ? schema : withOtherTypes(checker, type, schema, items)
  }

  const writtenProperty = (
    declaration: ts.Declaration | undefined,
    scope: Written['args'] | undefined,
  ): Written | undefined => {
    const node = (declaration as { readonly type?: ts.Node } | undefined)?.type
    return node !== undefined && ts.isTypeNode(node) ? { node, args: scope ?? new Map() } : undefined
  }

  const rootType = kwargs.written === undefined ? undefined : { node: kwargs.written, args: new Map() }
  const context: Context = { written: rootType, place: 'kwargs', at: kwargs.node, hasPattern: false }
  visit(kwargs.parameter, rootType)
  const isAnything = partsOf(root).some(({ flags }) => flags & anything)
  const own = [tagsOf(kwargs.parameter)]
  const schema = isAnything ? { type: 'object', additionalProperties: true } : convert(root, context, own)
  definitions.convertAll()
  for (const node of written.unused()) lost(node)
  if (diagnostics.length > 0) throw new SignaturesError(diagnostics)
  return withDefinitions(schema === false ? { not: {} } : schema, definitions.byName)
}

const isHidden = (declaration: ts.Declaration): boolean =>
  (ts.getCombinedModifierFlags(declaration) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) !== 0

/** Names of properties that are numbers, as TypeScript has them. */
const numeric = '^(?:-?(?:0|[1-9]\\d*)(?:\\.\\d*[1-9])?(?:e[+-]\\d+)?|-?Infinity|NaN)$'
