import {
  BaseError,
  createFormatter,
  createParser,
  DEFAULT_CONFIG,
  ExtendedAnnotationsReader,
  SchemaGenerator,
} from 'ts-json-schema-generator'
import ts from 'typescript'
import { uncarried } from './carried.ts'
import type { Exported } from './exported.ts'
import { matched } from './matched.ts'
import { relaxed } from './relaxed.ts'
import { type Schema, tidy } from './tidy.ts'
import { placeOf, plainly, SignaturesError, throwAt, troubleAt } from './trouble.ts'

/**
 * Makes the JSON Schema (draft-07) of a function's kwargs from what is written of its first parameter.
 *
 * @returns undefined for a function without parameters
 * @throws SignaturesError for a type that JSON cannot carry, or that the generator cannot read
 */
export const schemas = (program: ts.Program): ((exported: Exported) => Schema | undefined) => {
  const checker = program.getTypeChecker()
  const config = {
    ...DEFAULT_CONFIG,
    expose: 'export',
    jsDoc: 'extended',
    topRef: false,
    encodeRefs: false,
    functions: 'fail',
    skipTypeCheck: true,
  } as const
  const generator = new SchemaGenerator(program, createParser(program, config), createFormatter(config), config)
  const reader = new ExtendedAnnotationsReader(checker)

  return ({ names, kwargs }) => {
    if (kwargs === undefined) return undefined
    const [who = ''] = names
    const type = checker.getTypeFromTypeNode(kwargs.type)
    if (!isObjectLike(checker, type)) {
      throwAt(kwargs.type, `${who}: its first parameter is the message's kwargs, an object. Write ({ a, b }: { ... })`)
    }
    const troubles = uncarried(program, who, type, kwargs.type)
    if (troubles.length > 0) throw new SignaturesError(troubles)
    if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive)) {
      return { type: 'object', additionalProperties: true }
    }
    let made: Schema
    try {
      made = generator.createSchemaFromNodes([kwargs.type]) as Schema
    } catch (error) {
      if (error instanceof BaseError) throw unreadable(error, who, kwargs.type)
      throw error
    }
    return relaxed(tidy(matched(checker, reader, who, type, made, kwargs.type)), kwargs.name)
  }
}

const isObjectLike = (checker: ts.TypeChecker, type: ts.Type): boolean => {
  if (type.isUnion()) return type.types.every((one) => isObjectLike(checker, one))
  if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive)) return true
  if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection))) return false
  return !checker.isArrayType(type) && !checker.isTupleType(type)
}

/** The generator's own words, at the node that it could not read. */
const unreadable = ({ message, diagnostic }: BaseError, who: string, node: ts.Node): SignaturesError => {
  const what = `${who}: its type cannot be read: ${message}. ${plainly}`
  if (diagnostic.file === undefined) return new SignaturesError([troubleAt(node, what)])
  return new SignaturesError([{ where: placeOf(diagnostic.file, diagnostic.start ?? 0), what }])
}
