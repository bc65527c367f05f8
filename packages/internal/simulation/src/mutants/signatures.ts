import type { Mutant } from './mutant.ts'

/** Defects of what checks the kwargs of functions: JSON Schemas, and validators that are generated from types. */
export const signaturesMutants: readonly Mutant[] = [
  {
    name: 'compares each pair of items',
    marker: 'unique-items',
    replace:
      'validate: (isOn, items) => !isOn || items.every((one, at) => items.slice(at + 1).every((other) => !isSameJson(other, one)))',
    invariants: ['cost'],
  },
  {
    name: 'reads a URL in quadratic time',
    marker: 'linear-url',
    replace: '',
    invariants: ['cost'],
  },
  {
    name: 'writes validators over a file that was not generated',
    marker: 'other-files-are-kept',
    replace: '!there.isFile()',
    invariants: ['files'],
  },
  {
    name: 'writes validators over their source',
    marker: 'source-is-kept',
    replace: '',
    invariants: ['files'],
  },
  {
    name: 'removes comments of validators with a pattern',
    marker: 'comments-by-printer',
    replace: "return bare.printFile(f.updateSourceFile(file, statements)).replace(/\\/\\/.*$/gm, '')",
    invariants: ['signatures'],
  },
  {
    name: 'writes file names with line breaks into a comment',
    marker: 'line-breaks-in-names',
    replace: 'name',
    invariants: ['signatures'],
  },
]
