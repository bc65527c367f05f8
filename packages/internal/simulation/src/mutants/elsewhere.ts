import type { Defect } from './mutant.ts'

/** A defect that the simulation does not see, or too rarely. A test of its package must find it. */
export interface OtherMutant extends Defect {
  /** The test file, below `packages/`. */
  readonly test: string
  /** The test in it that is run. Default: all. */
  readonly only?: string
}

/** Defects that were found by attacks and are put back. */
export const otherMutants: readonly OtherMutant[] = [
  {
    name: 'compares each pair of items',
    marker: 'unique-items',
    replace:
      'validate: (isOn, items) => !isOn || items.every((one, at) => items.slice(at + 1).every((other) => !isSameJson(other, one)))',
    test: 'json-schema/test/cost.test.ts',
    only: 'uniqueItems of objects',
  },
  {
    name: 'reads a URL in quadratic time',
    marker: 'linear-url',
    replace: '',
    test: 'json-schema/test/cost.test.ts',
    only: 'format url, colons',
  },
  {
    name: 'writes validators over a file that was not generated',
    marker: 'other-files-are-kept',
    replace: '!there.isFile()',
    test: 'signatures/test/command.test.ts',
  },
  {
    name: 'writes validators over their source',
    marker: 'source-is-kept',
    replace: '',
    test: 'signatures/test/command.test.ts',
  },
  {
    name: 'removes comments of validators with a pattern',
    marker: 'comments-by-printer',
    replace: "return bare.printFile(f.updateSourceFile(file, statements)).replace(/\\/\\/.*$/gm, '')",
    test: 'signatures/test/functions.test.ts',
  },
  {
    name: 'writes file names with line breaks into a comment',
    marker: 'line-breaks-in-names',
    replace: 'name',
    test: 'signatures/test/command.test.ts',
  },
]
