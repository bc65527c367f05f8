import type ts from 'typescript'
import type { Tag } from '../tags.ts'
import { declares, keyOf, typeOf } from './identity.ts'
import { entryTags, itemOf } from './items.ts'
import { type Arguments, type Reading, type Resolved, resolve, type Written } from './resolve.ts'
import { mappedValueOf, scopeOf } from './scope.ts'
import { losesTags, taggedIn, tagsOfType } from './tagged.ts'

export type { Arguments, Resolved, Written } from './resolve.ts'

/** Reads the types of one function as they are written. It remembers which aliases with tags were used. */
export interface WrittenTypes {
  /** Removes parentheses, `readonly`, type parameters and aliases. */
  readonly resolve: (written: Written) => Resolved
  /** Returns the tags of an interface or a class, and those of the ones that it extends. */
  readonly tagsOfType: (type: ts.Type) => readonly (readonly Tag[])[]
  /** Whether a written type is `Address[K]`, and a property of `Address` has tags: it is not known which property it is. */
  readonly losesTags: (written: Written) => boolean
  /** Returns the arguments for the properties of a written type. */
  readonly scopeOf: (written: Written) => Arguments
  /** Returns the written type of an array's items, or of a tuple's entry. */
  readonly itemOf: (written: Written | undefined, index: number) => Written | undefined
  /** Returns the tags of a tuple's entry. */
  readonly entryTags: (written: Written | undefined, index: number) => readonly Tag[]
  /** Returns the written type of the values of `Record<K, V>` or of a mapped type. */
  readonly mappedValueOf: (written: Written | undefined) => Written | undefined
  /** Whether a written type holds tags, and so must be followed. */
  readonly holdsTags: (written: Written) => boolean
  /** Whether a type was declared by a written type, or by the interface or class that it names. */
  readonly declares: (written: Written, type: ts.Type) => boolean
  /** Returns the compiler's type of a written type, if it does not depend on type parameters. */
  readonly typeOf: (written: Written) => ts.Type | undefined
  /** Returns a text that is the same for the same written type. */
  readonly keyOf: (written: Written) => string
  /** Notes the references to tagged aliases, which must all be used in the end. */
  readonly note: (written: Written) => void
  /** Notes that the tags of a written type are kept. */
  readonly keep: (resolved: Resolved) => void
  /** Returns the references to tagged aliases whose tags were not kept. */
  readonly unused: () => readonly ts.Node[]
}

/** @param onAlias called with each alias that is resolved */
export const writtenTypes = (program: ts.Program, onAlias: Reading['onAlias']): WrittenTypes => {
  const checker = program.getTypeChecker()
  const reading: Reading = { program, checker, onAlias }
  const used = new Set<ts.Node>()
  const mentioned = new Set<ts.Node>()
  return {
    resolve: (written) => resolve(reading, written),
    tagsOfType: (type) => tagsOfType(reading, type),
    losesTags: (written) => losesTags(reading, written),
    scopeOf: (written) => scopeOf(reading, written),
    itemOf: (written, index) => itemOf(reading, written, index),
    entryTags,
    mappedValueOf: (written) => mappedValueOf(reading, written),
    holdsTags: (written) => taggedIn(reading, written).length > 0,
    declares: (written, type) => declares(checker, written, type),
    typeOf: (written) => typeOf(checker, written),
    keyOf: (written) => keyOf(checker, written),
    note: (written) => {
      for (const node of taggedIn(reading, written)) mentioned.add(node)
    },
    keep: ({ tagged }) => {
      for (const node of tagged) used.add(node)
    },
    unused: () => [...mentioned].filter((node) => !used.has(node)),
  }
}
