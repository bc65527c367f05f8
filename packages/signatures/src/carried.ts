import ts from 'typescript'
import { type Trouble, troubleAt } from './trouble.ts'

/** What to take instead of what JSON cannot carry. */
const cures: ReadonlyMap<string, string> = new Map([
  ['Date', 'Take text with the tag `@format date-time`, and make the Date in the function'],
  ['URL', 'Take text with the tag `@format uri`, and make the URL in the function'],
  ['RegExp', 'Take text, and make the RegExp in the function'],
  ['Map', 'Take a Record<string, ...>'],
  ['ReadonlyMap', 'Take a Record<string, ...>'],
  ['Set', 'Take an array, with the tag `@uniqueItems`'],
  ['ReadonlySet', 'Take an array, with the tag `@uniqueItems`'],
  ['Promise', 'Take what it fulfils with'],
  ['bigint', 'Take text or a number, and make the bigint in the function'],
  ['symbol', 'Take text'],
  ['a function', 'Take the name of what is to be done'],
  ['String', 'Take string'],
  ['Number', 'Take number'],
  ['Boolean', 'Take boolean'],
  ...['ArrayBuffer', 'Uint8Array', 'Buffer', 'Blob'].map((name): [string, string] => [name, 'Take text in base64']),
])

const otherwise = 'Take text, numbers, booleans, null, and arrays and objects of them'

/**
 * Looks for types that a JSON message cannot carry, or that no validator checks, in the type of a function's kwargs.
 *
 * @param who the function
 * @param node where to point at, if there is no better place
 */
export const uncarried = (program: ts.Program, who: string, root: ts.Type, node: ts.Node): Trouble[] => {
  const checker = program.getTypeChecker()
  const troubles: Trouble[] = []
  const seen = new Set<ts.Type>()
  const told = new Set<ts.Node>()

  const look = (type: ts.Type, place: string, at: ts.Node): void => {
    if (seen.has(type)) return
    const wrong = wrongWith(type, place, at)
    if (wrong !== undefined) {
      troubles.push(troubleAt(at, `${who}: ${place} ${wrong}`))
      return
    }
    for (const one of unionOf(type)) if (one !== type) look(one, place, at)
    if (!isStructure(type)) return
    seen.add(type)
    if (checker.isArrayType(type) || checker.isTupleType(type)) {
      for (const one of checker.getTypeArguments(type as ts.TypeReference)) look(one, `an entry of ${place}`, at)
      return
    }
    for (const { keyType, type: value } of checker.getIndexInfosOfType(type)) {
      look(keyType, `a name in ${place}`, at)
      look(value, `a member of ${place}`, at)
    }
    for (const property of type.getProperties()) {
      const declared = property.valueDeclaration ?? property.declarations?.[0]
      const near = declared === undefined || declared.getSourceFile().isDeclarationFile ? at : declared
      const inner = place === 'kwargs' ? property.name : `${place}.${property.name}`
      if (near === declared && !told.has(near) && hidesTags(near)) {
        told.add(near)
        troubles.push(
          troubleAt(near, `${who}: ${inner} has tags where TypeScript does not see them. Put them on a line above`),
        )
      }
      look(checker.getTypeOfSymbol(property), inner, near)
    }
  }

  const wrongWith = (type: ts.Type, place: string, at: ts.Node): string | undefined => {
    if (isUnresolved(type)) return 'has a type that is not known. Is it imported?'
    if (type.flags & unchecked && !hasTag(at, 'pattern')) {
      return `is ${checker.typeToString(type)}, which is not checked. ${place.startsWith('a name') ? 'Take string' : 'Add the tag `@pattern`'}`
    }
    const name = strangerIn(type)
    if (name === undefined) return undefined
    const known = /^[A-Z]/.test(name) ? `a ${name}` : name
    return `is ${known}, which JSON cannot carry. ${cures.get(name) ?? otherwise}`
  }

  const strangerIn = (type: ts.Type): string | undefined => {
    if (type.flags & ts.TypeFlags.BigIntLike) return 'bigint'
    if (type.flags & ts.TypeFlags.ESSymbolLike) return 'symbol'
    if (!isStructure(type) || checker.isArrayType(type) || checker.isTupleType(type)) return undefined
    if (type.getCallSignatures().length + type.getConstructSignatures().length > 0) return 'a function'
    const { symbol } = type as { readonly symbol?: ts.Symbol }
    if (symbol === undefined) return undefined
    return isBuiltIn(program, symbol) || hasMethods(checker, type, symbol) ? symbol.name : undefined
  }

  look(root, 'kwargs', node)
  return troubles
}

/** The type of a name that leads nowhere: it would accept everything. */
const isUnresolved = (type: ts.Type): boolean => 'intrinsicName' in type && type.intrinsicName === 'error'

/** Text of a form that a schema does not know. */
const unchecked = ts.TypeFlags.TemplateLiteral | ts.TypeFlags.StringMapping

const primitives =
  ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.BooleanLike | ts.TypeFlags.BigIntLike

/** The members of a union; of an intersection of text or a number with a brand, what a value has of it. */
const unionOf = (type: ts.Type): readonly ts.Type[] => {
  if (type.isUnion()) return type.types
  return type.isIntersection() ? type.types.filter(({ flags }) => flags & primitives) : [type]
}

const isStructure = (type: ts.Type): boolean =>
  type.isIntersection() ? !type.types.some(({ flags }) => flags & primitives) : (type.flags & ts.TypeFlags.Object) !== 0

const hasTag = (node: ts.Node, name: string): boolean =>
  ts.getJSDocTags(node).some(({ tagName }) => tagName.text === name)

/** Whether a comment with tags is on the line of what comes before: it belongs to that, or to nothing. */
const hidesTags = (node: ts.Node): boolean => {
  const { text } = node.getSourceFile()
  const comments = ts.getTrailingCommentRanges(text, node.pos) ?? []
  return comments.some(({ pos, end }) => /^\/\*\*[\s\S]*@\w/.test(text.slice(pos, end)))
}

/** Whether a type is one of the language, such as Date: not one of its helpers that make types, which have no name. */
const isBuiltIn = (program: ts.Program, { name, declarations = [] }: ts.Symbol): boolean =>
  !name.startsWith('__') && declarations.some((one) => program.isSourceFileDefaultLibrary(one.getSourceFile()))

/** An instance of a class, here or of the run time: what arrives is an object without its methods. */
const hasMethods = (checker: ts.TypeChecker, type: ts.Type, { declarations = [] }: ts.Symbol): boolean =>
  (type.isClass() || declarations.some((one) => one.getSourceFile().isDeclarationFile)) &&
  type.getProperties().some((one) => checker.getTypeOfSymbol(one).getCallSignatures().length > 0)
