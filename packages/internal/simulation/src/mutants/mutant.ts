import type { Invariant } from '../world.ts'

/** A change of a source file. */
export interface Edit {
  /** The file, below `packages/`. */
  readonly file: string
  /** A snippet that occurs there exactly once. Line breaks, indentation and trailing commas do not matter. */
  readonly find: string
  readonly replace: string
}

/** The code, broken on purpose: in one place, or in each of those that guard against one defect. */
export interface Mutant extends Edit {
  /** What the broken code does. */
  readonly name: string
  readonly also?: readonly Edit[]
  /** What finds it. Where several are named, it depends on the run which one comes first. */
  readonly invariants: readonly Invariant[]
  /** Whether `npm test` looks for it. */
  readonly isQuick?: boolean
}
