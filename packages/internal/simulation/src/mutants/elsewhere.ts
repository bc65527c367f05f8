import type { Edit } from './mutant.ts'

/** A defect that the simulation does not see, or too rarely. A test of its package must find it. */
export interface OtherMutant extends Edit {
  readonly name: string
  /** The test file, below `packages/`. */
  readonly test: string
  /** The test in it that is run. Default: all. */
  readonly only?: string
}

/** Defects that were found by attacks and are put back. */
export const otherMutants: readonly OtherMutant[] = [
  {
    name: 'compares each pair of items',
    file: 'json-schema/src/keywords.ts',
    find: '!isOn || hasUniqueItems(items)',
    replace: '!isOn || items.every((one, at) => items.slice(at + 1).every((other) => !isSameJson(other, one)))',
    test: 'json-schema/test/cost.test.ts',
    only: 'uniqueItems of objects',
  },
  {
    name: 'reads a URL in quadratic time',
    file: 'json-schema/src/compile.ts',
    find: "ajv.addFormat('url', linearUrl)",
    replace: '',
    test: 'json-schema/test/cost.test.ts',
    only: 'format url, colons',
  },
  {
    name: 'writes validators over a file that was not generated',
    file: 'signatures/src/output.ts',
    find: "!there.isFile() || !isGenerated(readFileSync(out, 'utf8'))",
    replace: '!there.isFile()',
    test: 'signatures/test/command.test.ts',
  },
  {
    name: 'writes validators over their source',
    file: 'signatures/src/output.ts',
    find: 'from !== undefined && there.ino === from.ino && there.dev === from.dev',
    replace: 'from === null',
    test: 'signatures/test/command.test.ts',
  },
  {
    name: 'removes comments of validators with a pattern',
    file: 'signatures/src/module.ts',
    find: 'return bare.printFile(f.updateSourceFile(file, statements))',
    replace: "return bare.printFile(f.updateSourceFile(file, statements)).replace(/\\/\\/.*$/gm, '')",
    test: 'signatures/test/functions.test.ts',
  },
  {
    name: 'writes file names with line breaks into a comment',
    file: 'signatures/src/module.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the code's
    find: 'name.replace(/[\\p{Cc}\\u2028\\u2029]/gu, (character) => `\\\\u{${character.codePointAt(0)?.toString(16)}}`)',
    replace: 'name',
    test: 'signatures/test/command.test.ts',
  },
]
