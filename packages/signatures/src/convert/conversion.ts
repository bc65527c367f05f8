import type ts from 'typescript'
import type { DefinitionRegistry } from '../definitions.ts'
import type { Diagnostic } from '../diagnostics.ts'
import type { Schema } from '../normalize.ts'
import type { Tag } from '../tags.ts'
import type { Written, WrittenTypes } from '../written/index.ts'

/** What the conversion of a type needs. */
export interface Context {
  /** the type as it is written, if that is known */
  readonly written: Written | undefined
  /** the name of the value, for example `at.city` */
  readonly place: string
  /** the node that a diagnostic points at */
  readonly at: ts.Node
  /** whether a `@pattern` narrows the value */
  readonly hasPattern: boolean
}

/** The conversion of the types in one function's kwargs. */
export interface Conversion {
  readonly program: ts.Program
  readonly checker: ts.TypeChecker
  /** the name of the function, for diagnostics */
  readonly who: string
  /** the parameter of the function */
  readonly node: ts.Node
  readonly written: WrittenTypes
  readonly definitions: DefinitionRegistry
  /** How many types of each generic type were converted. */
  readonly instances: Map<ts.Symbol, number>
  readonly report: (diagnostic: Diagnostic) => void
  /** Reports a type that cannot be converted. Returns a schema to go on with, to find more problems. */
  readonly fail: (context: Context, what: string) => Schema
  /** Reports tags in comments of a declaration that the compiler does not see, and notes the tagged aliases in its type. */
  readonly visit: (declaration: ts.Node, type: Written | undefined) => void
  /**
   * Converts a type. Returns false for a type that no JSON value has.
   *
   * @param own the tags of the declaration that has the type
   */
  readonly convert: (type: ts.Type, context: Context, own?: readonly (readonly Tag[])[]) => Schema | false
}
