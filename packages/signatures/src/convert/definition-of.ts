import type ts from 'typescript'
import { isList, isOfLanguage } from '../json-types.ts'
import { referenceTo, type Schema } from '../normalize.ts'
import type { Written } from '../written/index.ts'
import type { Context, Conversion } from './conversion.ts'
import { listOf } from './lists.ts'
import { objectOf } from './objects.ts'

/** A generic type with this number of type arguments in one function's kwargs has no end: `type Grow<T> = { more?: Grow<T[]> }`. */
const maxInstances = 500

/** Converts a list or an object, which may be recursive, once. Returns a reference to its schema. */
export const definitionOf = (conversion: Conversion, type: ts.Type, context: Context): Schema => {
  const { checker, definitions } = conversion
  const variant = variantOf(conversion, context.written)
  const known = definitions.find(type, variant)
  if (known !== undefined) return referenceTo(known)
  const symbol = declaredSymbol(conversion, type)
  if (symbol !== undefined && countInstance(conversion, symbol) > maxInstances) {
    return conversion.fail(
      { ...context, place: 'kwargs', at: conversion.node },
      'has a type that holds ever new types. Write a type that holds itself',
    )
  }
  const inner = { ...context, hasPattern: false }
  const convertParts = (): Schema =>
    isList(checker, type) ? listOf(conversion, type as ts.TypeReference, inner) : objectOf(conversion, type, inner)
  return referenceTo(definitions.add(type, variant, symbol?.name, convertParts))
}

/** Returns a text that tells apart what is one type to the compiler, but is written with different tags. */
const variantOf = ({ written }: Conversion, as: Written | undefined): string => {
  const hasTags =
    as !== undefined && (written.holdsTags(as) || [...written.scopeOf(as).values()].some(written.holdsTags))
  return hasTags ? written.keyOf(as) : ''
}

/** Returns the symbol of a type that the project or a package declares. */
const declaredSymbol = ({ checker, program }: Conversion, type: ts.Type): ts.Symbol | undefined => {
  const symbol = type.aliasSymbol ?? (type.symbol as ts.Symbol | undefined)
  return symbol === undefined || isList(checker, type) || isOfLanguage(program, symbol) ? undefined : symbol
}

const countInstance = ({ instances }: Conversion, symbol: ts.Symbol): number => {
  const count = (instances.get(symbol) ?? 0) + 1
  instances.set(symbol, count)
  return count
}
