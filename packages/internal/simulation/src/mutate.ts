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
import type { Mutant } from './mutants.ts'

const packages = fileURLToPath(new URL('../../../', import.meta.url))

interface Manifest {
  readonly name: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8'))

const folderOf = (name: string): string => name.replace('@lpipe/', '')
const isOurs = (name: string): boolean => existsSync(join(packages, folderOf(name), 'package.json'))

/** A copy of the packages' sources that runs apart from them. */
export interface Copy {
  /** Breaks it in one place. @throws Error if the text is not there exactly once */
  readonly apply: (mutant: Mutant) => void
  /** Mends it again. */
  readonly mend: (mutant: Mutant) => void
  /** Runs the simulation on it. */
  readonly simulate: (args: readonly string[]) => { readonly status: number | null; readonly output: string }
  readonly remove: () => void
}

export const copyPackages = (): Copy => {
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
      if (isOurs(needed)) copy(folderOf(needed))
      else if (existsSync(from)) link(needed, from)
    }
  }
  copy('internal/simulation')

  const pathOf = ({ file }: Mutant): string => join(copies, file)

  return {
    apply: (mutant) => {
      const text = readFileSync(pathOf(mutant), 'utf8')
      const found = text.split(mutant.find).length - 1
      if (found !== 1) throw new Error(`${mutant.file} has the text of '${mutant.name}' ${found} times: ${mutant.find}`)
      writeFileSync(
        pathOf(mutant),
        text.replace(mutant.find, () => mutant.replace),
      )
    },
    mend: ({ file }) => cpSync(join(packages, file), pathOf({ file } as Mutant)),
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
export interface Found {
  readonly invariant: string | undefined
  readonly runs: number
  readonly seconds: number
}

/** Looks for a mutant for a minute at most. */
export const findMutant = (copy: Copy, mutant: Mutant, seed: number): Found => {
  copy.apply(mutant)
  try {
    const { output } = copy.simulate(['--runs', '1000000', '--seconds', '60', '--seed', String(seed), '--as-found'])
    const [, runs, seconds] = /^(\d+) runs in ([\d.]+) s/.exec(output) ?? []
    return { invariant: /\[([^\]]+)\]/.exec(output)?.[1], runs: Number(runs), seconds: Number(seconds) }
  } finally {
    copy.mend(mutant)
  }
}
