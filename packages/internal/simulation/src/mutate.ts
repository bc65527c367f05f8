import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type MarkedSources, markedSources } from './markers.ts'
import type { Mutant } from './mutants/index.ts'

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

/** A copy of the packages' sources, to be broken. */
export interface CopiedPackages extends MarkedSources {
  /** Runs the simulation on the copy. */
  readonly simulate: (args: readonly string[]) => { readonly status: number | null; readonly output: string }
  readonly remove: () => void
}

/** Copies the sources of this package, and of those that it depends on, to a temporary folder. */
export const copyPackages = (): CopiedPackages => {
  const root = mkdtempSync(join(tmpdir(), 'lpipe-mutants-'))
  const modules = join(root, 'node_modules')
  const copies = join(root, 'packages') // linked from `modules`: Node runs TypeScript, but not below node_modules

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
    ...markedSources(copies),
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
