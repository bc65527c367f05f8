import type { AnnotationsReader } from 'ts-json-schema-generator'
import ts from 'typescript'
import { isNothing, isSchema, type Schema } from './tidy.ts'
import { plainly, SignaturesError, throwAt } from './trouble.ts'

/**
 * Holds a generated schema against what the compiler says of the type. The generator reads the text of types, and misreads
 * some that are computed (`Required<T>`, `NonNullable<T>`, optional entries of tuples, tags behind a mapped type): which
 * members there must be and their tags are mended; a kind or a literal that differs is an error, never a wrong validator.
 *
 * @throws SignaturesError for a type that the generator misread
 */
export const matched = (
  checker: ts.TypeChecker,
  reader: AnnotationsReader,
  who: string,
  root: ts.Type,
  schema: Schema,
  node: ts.Node,
): Schema => {
  matcher(checker, reader, who, node, schema.definitions ?? {}, new Map())(root, schema, 'kwargs')
  return schema
}

type Match = (type: ts.Type, schema: Schema, place: string, asTold?: boolean) => void

/** Which types were held against which definitions already: types may be recursive. */
type Assumed = ReadonlyMap<ts.Type, ReadonlySet<string>>

const matcher = (
  checker: ts.TypeChecker,
  reader: AnnotationsReader,
  who: string,
  node: ts.Node,
  definitions: Record<string, Schema>,
  before: Assumed,
): Match => {
  const assumed = new Map([...before].map(([type, refs]) => [type, new Set(refs)]))

  const follow = (one: Schema): Schema => {
    const target =
      one.$ref === undefined ? undefined : definitions[decodeURIComponent(one.$ref.split('/').at(-1) ?? '')]
    return target === undefined ? one : follow(target)
  }

  const names = new Map(Object.entries(definitions).map(([name, one]) => [one, name]))

  /** Whether a type was, or is being, held against a definition. */
  const isKnown = (type: ts.Type, name: string): boolean => {
    const known = assumed.get(type) ?? new Set()
    assumed.set(type, known)
    return known.size === known.add(name).size
  }

  const misread = (type: ts.Type, place: string): never =>
    throwAt(
      node,
      `${who}: ${place} is ${checker.typeToString(type)}, but is written in a way that is misread. ${plainly}`,
    )

  const match: Match = (type, given, place, asTold = false) => {
    if (given.$ref !== undefined && isKnown(type, given.$ref)) return
    const types = partsOf(type)
    const branches = branchesOf(given, follow)
    if (!asTold && kindsOf(checker, types) !== kindsIn(branches)) misread(type, place)
    pair(types.filter(isPlainObject(checker)), branches.filter(isMap), place, members)
    pair(
      types.filter((part) => isList(checker, part)),
      branches.filter(({ type }) => type === 'array'),
      place,
      entries,
    )
  }

  /** Holds each type of a union against its branch. Which one that is, a trial on a copy tells. */
  const pair = (types: readonly ts.Type[], branches: readonly Schema[], place: string, hold: Match): void => {
    const left = new Set(branches)
    const single = types.length === 1 && branches.length === 1
    for (const type of types) {
      const fits = (one: Schema) => single || isMatch(type, one, place)
      const branch = [...left].find(fits) ?? branches.find(fits) ?? misread(type, place)
      left.delete(branch)
      const name = names.get(branch)
      if (name === undefined || !isKnown(type, name)) hold(type, branch, place)
    }
  }

  const isMatch = (type: ts.Type, schema: Schema, place: string): boolean => {
    try {
      matcher(checker, reader, who, node, structuredClone(definitions), assumed)(type, structuredClone(schema), place)
      return true
    } catch (error) {
      if (error instanceof SignaturesError) return false
      throw error
    }
  }

  const members: Match = (type, one, place) => {
    const properties = one.properties ?? {}
    const required: string[] = []
    const kept: [string, Schema][] = []
    for (const property of propertiesOf(type)) {
      const { name } = property
      const value = checker.getTypeOfSymbol(property)
      const inner = place === 'kwargs' ? name : `${place}.${name}`
      const parts = partsOf(value)
      if (!(property.flags & ts.SymbolFlags.Optional) && !hasNothing(value)) required.push(name)
      if (name === '__proto__') {
        // The generator and ajv lose a member of this name: as a pattern it is a member like any other.
        if (kindsOf(checker, parts) !== undefined)
          throwAt(node, `${who}: ${inner} must be unknown. Give it another name`)
        one.patternProperties = { '^__proto__$': {} }
        continue
      }
      const told = Object.hasOwn(properties, name) ? properties[name] : undefined
      if (told === undefined) {
        if (parts.length > 0) misread(value, inner)
        continue
      }
      const declared = property.valueDeclaration ?? property.declarations?.[0]
      const tags = (declared && reader.getAnnotations(declared)) ?? {}
      match(value, told, inner, 'type' in tags || (declared !== undefined && isNullable(declared)))
      kept.push([name, { ...tags, ...told }])
    }
    one.properties = Object.fromEntries(kept)
    delete one.required
    if (required.length > 0) one.required = required
    const index = checker.getIndexInfoOfType(type, ts.IndexKind.String)
    if (index === undefined) {
      if (isSchema(one.additionalProperties)) misread(type, place)
      return
    }
    one.additionalProperties = isSchema(one.additionalProperties) ? one.additionalProperties : {}
    if (Object.keys(one.additionalProperties).length > 0) {
      match(index.type, one.additionalProperties, `a member of ${place}`)
    } else if (kindsOf(checker, partsOf(index.type)) !== undefined) misread(index.type, `a member of ${place}`)
  }

  const entries: Match = (type, one, place) => {
    const types = checker.getTypeArguments(type as ts.TypeReference)
    if (!checker.isTupleType(type)) {
      if (isSchema(one.items)) match(types[0] as ts.Type, one.items, `an entry of ${place}`)
      return
    }
    const { minLength, fixedLength, elementFlags } = (type as ts.TupleTypeReference).target
    const rest = elementFlags.findIndex((flag) => flag & ts.ElementFlags.Variable)
    const items = Array.isArray(one.items) ? one.items : []
    if (items.length !== fixedLength || (rest !== -1 && rest !== elementFlags.length - 1)) misread(type, place)
    one.minItems = minLength
    for (const [index, item] of items.entries()) match(types[index] as ts.Type, item, `${place}.${index}`)
    if (rest === -1) one.maxItems = fixedLength
    else if (isSchema(one.additionalItems)) match(types.at(-1) as ts.Type, one.additionalItems, `an entry of ${place}`)
  }

  return match
}

const isNullable = (node: ts.Node): boolean => ts.getJSDocTags(node).some(({ tagName }) => tagName.text === 'nullable')

const nothing = ts.TypeFlags.Undefined | ts.TypeFlags.Void | ts.TypeFlags.Never

/** The members of a union, without `undefined`. */
const partsOf = (type: ts.Type): ts.Type[] =>
  (type.isUnion() ? type.types : [type]).filter(({ flags }) => !(flags & nothing))

const hasNothing = (type: ts.Type): boolean =>
  (type.isUnion() ? type.types : [type]).some(({ flags }) => flags & nothing)

/** Members with a name, not those with a symbol. */
const propertiesOf = (type: ts.Type): ts.Symbol[] =>
  type.getProperties().filter(({ escapedName }) => !String(escapedName).startsWith('__@'))

const isList = (checker: ts.TypeChecker, type: ts.Type): boolean =>
  checker.isArrayType(type) || checker.isTupleType(type)

const primitive = ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.BooleanLike

const isPlainObject =
  (checker: ts.TypeChecker) =>
  (type: ts.Type): boolean =>
    !isList(checker, type) &&
    (type.isIntersection()
      ? !type.types.some(({ flags }) => flags & primitive)
      : (type.flags & ts.TypeFlags.Object) !== 0)

const isMap = ({ type }: Schema): boolean => type === 'object'

/** The schemas of a union, none of them a union or a reference. */
const branchesOf = (given: Schema, follow: (one: Schema) => Schema): Schema[] => {
  const one = follow(given)
  return one.anyOf === undefined ? [one] : one.anyOf.flatMap((branch) => branchesOf(branch, follow))
}

/** The kinds and literals of a type as a text to compare; undefined if it is anything. */
const kindsOf = (checker: ts.TypeChecker, types: readonly ts.Type[]): string | undefined => {
  const kinds = types.map((type): string | undefined => {
    const { flags } = type
    if (type.isLiteral() && typeof type.value !== 'object') return JSON.stringify(type.value)
    if (flags & ts.TypeFlags.BooleanLiteral) return checker.typeToString(type)
    if (flags & ts.TypeFlags.Null) return 'null'
    if (flags & ts.TypeFlags.StringLike) return 'string'
    if (flags & ts.TypeFlags.NumberLike) return 'number'
    if (flags & ts.TypeFlags.BooleanLike) return 'boolean'
    if (flags & ts.TypeFlags.NonPrimitive) return 'object'
    if (isList(checker, type)) return 'array'
    if (type.isIntersection()) {
      const brand = type.types.find((one) => one.flags & primitive)
      return brand === undefined ? 'object' : kindsOf(checker, [brand])
    }
    return flags & ts.TypeFlags.Object ? 'object' : undefined
  })
  return textOf(kinds)
}

const kindsIn = (branches: readonly Schema[]): string | undefined =>
  textOf(
    branches
      .filter((branch) => !isNothing(branch))
      .flatMap((branch): (string | undefined)[] => {
        const { type, enum: literals } = branch
        if ('const' in branch) return [JSON.stringify(branch.const)]
        if (literals !== undefined) return literals.map((one) => JSON.stringify(one))
        if (type === undefined) return [undefined]
        return (Array.isArray(type) ? type : [type]).map((one) => (one === 'integer' ? 'number' : one))
      }),
  )

const textOf = (kinds: readonly (string | undefined)[]): string | undefined => {
  if (kinds.includes(undefined)) return undefined
  const set = new Set(kinds as readonly string[])
  if (set.delete('true') && !set.delete('false')) set.add('true')
  else if (kinds.includes('true')) set.add('boolean')
  for (const kind of set) {
    if (kind.startsWith('"') ? set.has('string') : /^-?\d/.test(kind) && set.has('number')) set.delete(kind)
  }
  return [...set].sort().join('|')
}
