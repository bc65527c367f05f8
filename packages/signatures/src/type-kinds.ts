import ts from 'typescript'
import { isList } from './json-types.ts'
import type { Kind } from './tags.ts'

/** Flags of types that every object has. */
export const anything = ts.TypeFlags.Any | ts.TypeFlags.Unknown | ts.TypeFlags.NonPrimitive
/** Flags of types that no JSON value has. */
export const nothing = ts.TypeFlags.Undefined | ts.TypeFlags.Void | ts.TypeFlags.Never

/** Whether all values of a type are objects, and not arrays. */
export const isObjectLike = (checker: ts.TypeChecker, type: ts.Type): boolean => {
  if (type.isUnion()) return partsOf(type).every((one) => isObjectLike(checker, one))
  if (type.flags & anything) return true
  if (type.isIntersection()) return type.types.every((one) => isObjectLike(checker, one))
  return (type.flags & ts.TypeFlags.Object) !== 0 && !isList(checker, type)
}

/** Returns the members of a union without `undefined`, which JSON does not have. */
export const partsOf = (type: ts.Type): ts.Type[] =>
  (type.isUnion() ? type.types : [type]).filter(({ flags }) => !(flags & nothing))

/** Returns the types of JSON that a type holds, as far as tags need them. */
export const kindsOf = (checker: ts.TypeChecker, type: ts.Type): ReadonlySet<Kind> | 'any' => {
  const kinds = new Set<Kind>()
  for (const part of partsOf(type)) {
    if (part.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return 'any'
    if (part.flags & ts.TypeFlags.StringLike) kinds.add('string')
    else if (part.flags & ts.TypeFlags.NumberLike) kinds.add('number')
    else if (isList(checker, part)) kinds.add('array')
    else if (part.isIntersection() && part.types.some(isScalar)) {
      for (const one of part.types.filter(isScalar)) for (const kind of kindsOf(checker, one)) kinds.add(kind as Kind)
    } else if (part.flags & (ts.TypeFlags.Object | ts.TypeFlags.Intersection | ts.TypeFlags.NonPrimitive))
      kinds.add('object')
  }
  return kinds
}

/** Whether a type is of strings, numbers or booleans. */
export const isScalar = ({ flags }: ts.Type): boolean =>
  (flags & (ts.TypeFlags.StringLike | ts.TypeFlags.NumberLike | ts.TypeFlags.BooleanLike)) !== 0

/** Whether a value may be missing: JSON has no `undefined`. */
export const isUndefinable = (type: ts.Type): boolean =>
  (type.isUnion() ? type.types : [type]).some(({ flags }) => flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void))
