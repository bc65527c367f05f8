import type { StandardSchema } from '@lpipe/core'

/** The signatures of the functions of a run. They check the member `value` of the kwargs, among others. */
export interface Signatures {
  /** @param path the index of the function's path */
  readonly schemaOf: (path: number) => StandardSchema
  /** Values that they accept. */
  readonly accepted: readonly unknown[]
  /** Values that they refuse. Undefined: the member is missing. */
  readonly refused: readonly unknown[]
  /** How many messages there are for one with a value that they refuse. */
  readonly every: number
}
