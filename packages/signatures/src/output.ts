import { readFileSync, type Stats, statSync } from 'node:fs'
import { SignaturesError, shown } from './diagnostics.ts'
import { isGenerated } from './module.ts'

/**
 * Checks that a generated module may be written to a file.
 *
 * @throws SignaturesError if the file is the source, or exists and was not generated
 */
export const checkOutput = (out: string, source: string): void => {
  const there = statOf(out)
  if (there === undefined) return
  const from = statOf(source)
  // mutant: source-is-kept
  if (from !== undefined && there.ino === from.ino && there.dev === from.dev) {
    throw new SignaturesError([{ where: shown(out), what: 'is the source itself. Choose another file with --out' }])
  }
  if (/* mutant: other-files-are-kept */ !there.isFile() || !isGenerated(readFileSync(out, 'utf8'))) {
    throw new SignaturesError([
      { where: shown(out), what: 'exists and was not generated. Remove it, or choose another file with --out' },
    ])
  }
}

const statOf = (file: string): Stats | undefined => statSync(file, { throwIfNoEntry: false })
