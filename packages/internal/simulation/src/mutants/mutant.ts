import type { Invariant } from '../world.ts'

/** A change of marked code. */
export interface Edit {
  /** The name in the comment before the code: `order-of-groups` stands for `// mutant: order-of-groups`. */
  readonly marker: string
  /** The text that takes the place of the code. No type checker sees it. */
  readonly replace: string
}

/** The code, broken on purpose: in one place, or in each of those that guard against one defect. */
export interface Defect extends Edit {
  /** What the broken code does. */
  readonly name: string
  readonly also?: readonly Edit[]
}

/** A defect that the simulation finds. */
export interface Mutant extends Defect {
  /** What finds it. Where several are named, it depends on the run which one comes first. */
  readonly invariants: readonly Invariant[]
  /** Whether `npm test` looks for it. */
  readonly isQuick?: boolean
}
