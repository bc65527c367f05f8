import { spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Edit, Mutant } from './mutants/index.ts'

const packages = fileURLToPath(new URL('../../../', import.meta.url))

interface Manifest {
  readonly name: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8'))

const folderOf = (name: string): string => name.replace('@lpipe/', '')
const isOwn = (name: string): boolean => existsSync(join(packages, folderOf(name), 'package.json'))

/**
 * Returns a pattern that finds a snippet whatever its line breaks, indentation and trailing commas are: a formatter may
 * change those.
 */
const patternOf = (snippet: string): RegExp => {
  const tokens = snippet.match(/\w+|[^\w\s]/g) ?? []
  const parts = tokens.map((token, index) => {
    const escaped = token.replace(/[^\w\s]/g, '\\$&')
    const isWord = /\w/.test(token) && /\w/.test(tokens[index - 1] ?? '')
    const gap = index === 0 ? '' : isWord ? '\\s+' : /[)\]}]/.test(token) ? '\\s*,?\\s*' : '\\s*'
    return gap + escaped
  })
  return new RegExp(parts.join(''), 'g')
}

/**
 * Returns a source text that is broken in one place.
 *
 * @param name the name of the mutant
 * @throws Error if its snippet does not occur exactly once
 */
export const applyEdit = (name: string, text: string, { file, find, replace }: Edit): string => {
  const pattern = patternOf(find)
  const count = text.match(pattern)?.length ?? 0
  if (count === 1) return text.replace(pattern, () => replace)
  throw new Error(
    `the mutant '${name}' does not apply: ${file} has its snippet ${count} times. Change the mutant with the code: ${find}`,
  )
}

const editsOf = (mutant: Mutant): readonly Edit[] => [mutant, ...(mutant.also ?? [])]

/** A copy of the packages' sources, to be broken. */
export interface CopiedPackages {
  /** @throws Error if the mutant does not apply */
  readonly apply: (mutant: Mutant) => void
  /** Undoes `apply`. */
  readonly restore: () => void
  /** Runs the simulation on the copy. */
  readonly simulate: (args: readonly string[]) => { readonly status: number | null; readonly output: string }
  readonly remove: () => void
}

/** Copies the sources of this package, and of those that it depends on, to a temporary folder. */
export const copyPackages = (): CopiedPackages => {
  const root = mkdtempSync(join(tmpdir(), 'lpipe-mutants-'))
  const modules = join(root, 'node_modules')
  const copies = join(root, 'packages') // linked from `modules`: Node runs TypeScript, but not below node_modules
  const originals = new Map<string, string>()

  const link = (name: string, from: string): void => {
    const to = join(modules, name)
    if (existsSync(to)) return
    mkdirSync(dirname(to), { recursive: true })
    symlinkSync(realpathSync(from), to)
  }
  const copied = new Set<string>()
  const copy = (folder: string): void => {
    if (copied.has(folder)) return
    copied.add(folder)
    const { name, dependencies, peerDependencies } = manifestOf(folder)
    for (const part of ['package.json', 'src']) {
      cpSync(join(packages, folder, part), join(copies, folder, part), { recursive: true })
    }
    link(name, join(copies, folder))
    for (const needed of Object.keys({ ...dependencies, ...peerDependencies })) {
      const from = join(packages, folder, 'node_modules', needed)
      if (isOwn(needed)) copy(folderOf(needed))
      else if (existsSync(from)) link(needed, from)
    }
  }
  copy('internal/simulation')

  return {
    apply: (mutant) => {
      const broken = editsOf(mutant).map((edit) => {
        const path = join(copies, edit.file)
        const text = readFileSync(path, 'utf8')
        originals.set(path, text)
        return [path, applyEdit(mutant.name, text, edit)] as const
      })
      for (const [path, text] of broken) writeFileSync(path, text)
    },
    restore: () => {
      for (const [path, text] of originals) writeFileSync(path, text)
      originals.clear()
    },
    simulate: (args) => {
      const main = join(copies, 'internal/simulation/src/main.ts')
      const command = ['--conditions=@lpipe/source', main, ...args]
      const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' })
      return { status, output: stdout + stderr }
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}

/** How a mutant was found. */
export interface FoundMutant {
  /** Undefined if it was not found. */
  readonly invariant: string | undefined
  readonly runs: number
  readonly seconds: number
  readonly output: string
}

/** Most scenarios, and most seconds, in which a mutant must be found. */
const limits = ['--runs', '20000', '--seconds', '300']

/**
 * Looks for a mutant.
 *
 * @throws Error if it does not apply
 */
export const findMutant = (copy: CopiedPackages, mutant: Mutant, seed: number): FoundMutant => {
  copy.apply(mutant)
  try {
    const { output } = copy.simulate([...limits, '--seed', String(seed), '--as-found'])
    const [, runs, seconds] = /^(\d+) runs in ([\d.]+) s/.exec(output) ?? []
    return { invariant: /^.*\[([\w ]+)\]/.exec(output)?.[1], runs: Number(runs), seconds: Number(seconds), output }
  } finally {
    copy.restore()
  }
}
