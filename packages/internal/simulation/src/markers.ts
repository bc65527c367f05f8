import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript59'
import type { Defect } from './mutants/index.ts'

/** Code that mutants replace: the largest syntax node that begins after a comment such as `// mutant: order-of-groups`. */
export interface MarkedCode {
  readonly marker: string
  /** The file, below the folder of the packages. */
  readonly file: string
  readonly start: number
  readonly end: number
}

const comment = /\/[/*] mutant: ([a-z-]+)/g

/** Returns the marked code of a source file. */
export const markedIn = (file: string, text: string): readonly MarkedCode[] => {
  if (!text.includes(' mutant: ')) return []
  const marked = new Map<number, MarkedCode>()
  const visit = (node: ts.Node): void => {
    const start = node.getStart()
    for (const { 1: marker = '', index } of text.slice(node.pos, start).matchAll(comment)) {
      // Of the nodes that begin after the comment, the largest is visited first.
      if (!marked.has(node.pos + index)) marked.set(node.pos + index, { marker, file, start, end: node.end })
    }
    ts.forEachChild(node, visit)
  }
  ts.forEachChild(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true), visit)
  return [...marked.values()]
}

/** The sources of packages, to be broken at their markers. Each function throws if a marker is not there exactly once. */
export interface MarkedSources {
  readonly marked: readonly MarkedCode[]
  /** Returns the file that holds the first marker of a mutant. */
  readonly fileOf: (mutant: Defect) => string
  /** Returns the texts of the files that a mutant breaks, broken, by file. */
  readonly broken: (mutant: Defect) => ReadonlyMap<string, string>
  /** Writes the broken texts. */
  readonly apply: (mutant: Defect) => void
  /** Undoes `apply`. */
  readonly restore: () => void
}

/** Reads the marked code of all packages in a folder. */
export const markedSources = (packages: string): MarkedSources => {
  const read = (file: string): string => readFileSync(join(packages, file), 'utf8')
  const write = (file: string, text: string): void => writeFileSync(join(packages, file), text)
  const marked = globSync('*/src/**/*.ts', { cwd: packages }).flatMap((file) => markedIn(file, read(file)))
  const originals = new Map<string, string>()

  const placeOf = ({ name }: Defect, marker: string): MarkedCode => {
    const [place, ...others] = marked.filter((one) => one.marker === marker)
    if (place !== undefined && others.length === 0) return place
    const count = place === undefined ? 0 : 1 + others.length
    throw new Error(
      `the mutant '${name}' requires the comment \`mutant: ${marker}\` exactly once in the sources, found it ` +
        `${count} times. Put it before the code that the mutant replaces, or change the mutant`,
    )
  }
  const broken = (mutant: Defect): ReadonlyMap<string, string> => {
    const edits = [mutant, ...(mutant.also ?? [])].map((edit) => ({ ...edit, ...placeOf(mutant, edit.marker) }))
    const texts = new Map<string, string>()
    // From the last to the first: each moves the code behind it.
    for (const { file, start, end, replace } of edits.sort((one, other) => other.start - one.start)) {
      const text = texts.get(file) ?? read(file)
      texts.set(file, text.slice(0, start) + replace + text.slice(end))
    }
    return texts
  }

  return {
    marked,
    fileOf: (mutant) => placeOf(mutant, mutant.marker).file,
    broken,
    apply: (mutant) => {
      for (const [file, text] of broken(mutant)) {
        originals.set(file, read(file))
        write(file, text)
      }
    },
    restore: () => {
      for (const [file, text] of originals) write(file, text)
      originals.clear()
    },
  }
}
