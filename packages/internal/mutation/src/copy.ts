import { execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { applyMutant, type Mutant } from './mutants.ts'
import type { Stage } from './plan.ts'

export const repository = fileURLToPath(new URL('../../../../', import.meta.url))

/** Longest time of one process of Jest. The slowest takes a fifth of it. */
const stageMillis = 45_000

export type StageResult = 'passed' | 'failed' | 'timed out'

/** A copy of the commit that is checked out, to be broken. */
export interface Copy {
  /** Runs tests on the copy. */
  readonly run: (stage: Stage) => Promise<StageResult>
  readonly apply: (mutant: Mutant) => void
  /** Undoes `apply`. */
  readonly restore: (mutant: Mutant) => void
  readonly remove: () => void
}

/** Copies the last commit to a temporary folder. Installed packages and builds are linked. */
export const makeCopy = (): Copy => {
  const root = mkdtempSync(join(tmpdir(), 'lpipe-mutation-'))
  const archive = execFileSync('git', ['archive', 'HEAD'], { cwd: repository, maxBuffer: 2 ** 30 })
  execFileSync('tar', ['x', '-C', root], { input: archive })
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'))
  for (const folder of globSync('packages/{*,internal/*}', { cwd: repository })) {
    if (!existsSync(join(root, folder, 'package.json'))) continue
    const modules = join(folder, 'node_modules')
    // The links of pnpm are relative: those to packages of the repository lead to the copies of them.
    if (existsSync(join(repository, modules))) {
      cpSync(join(repository, modules), join(root, modules), { recursive: true, verbatimSymlinks: true })
    }
    const build = join(folder, 'dist')
    if (existsSync(join(repository, build))) symlinkSync(join(repository, build), join(root, build))
  }

  const originals = new Map<string, string>()
  const originalOf = (file: string): string => {
    const text = originals.get(file) ?? readFileSync(join(root, file), 'utf8')
    originals.set(file, text)
    return text
  }

  return {
    run: ({ folder, tests }) =>
      new Promise((resolve, reject) => {
        const options = ['--runInBand', '--bail=1', '--silent', '--forceExit', '--testTimeout=10000']
        const args = [join(root, 'jest.js'), ...options, '--cacheDirectory', join(root, '.jest-cache'), ...tests]
        // A process group of its own, so that Jest's process ends with it.
        const child = spawn(process.execPath, args, { cwd: join(root, folder), stdio: 'ignore', detached: true })
        let isLate = false
        const timer = setTimeout(() => {
          isLate = true
          if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
        }, stageMillis)
        child.on('error', reject)
        child.on('exit', (status) => {
          clearTimeout(timer)
          resolve(isLate ? 'timed out' : status === 0 ? 'passed' : 'failed')
        })
      }),
    apply: (mutant) => writeFileSync(join(root, mutant.file), applyMutant(originalOf(mutant.file), mutant)),
    restore: ({ file }) => writeFileSync(join(root, file), originalOf(file)),
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}
