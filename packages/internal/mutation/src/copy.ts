import { execFileSync, spawn } from 'node:child_process'
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { applyMutant, type Mutant } from './mutants.ts'

export const repository = fileURLToPath(new URL('../../../../', import.meta.url))

/** Longest time of one test, and longest time in which no test ends: one that never yields cannot be stopped otherwise. */
const testMillis = 10_000
const silenceMillis = 20_000

export interface Run {
  readonly result: 'passed' | 'failed' | 'timed out'
  /** The test file that failed, and the test: empty if the file could not be loaded, or did not end. */
  readonly failed: string | undefined
  readonly by: string
  /** Milliseconds of each test file that passed. */
  readonly millisOf: ReadonlyMap<string, number>
}

/** A copy of a commit, to be broken. */
export interface Copy {
  /** Runs test files on the copy, in the order given, until the first failure. */
  readonly run: (tests: readonly string[]) => Promise<Run>
  readonly apply: (mutant: Mutant) => void
  /** Undoes `apply`. */
  readonly restore: (mutant: Mutant) => void
  /** Ends the tests that run on it, and removes it. */
  readonly remove: () => void
}

/** A line of `environment.js`. */
interface Report {
  /** The file whose test starts. */
  readonly at?: string
  readonly passed?: string
  readonly millis?: number
  readonly failed?: string
  readonly test?: string
  readonly isTimeout?: boolean
}

/** Copies a commit to a temporary folder. Installed packages and builds are linked. */
export const makeCopy = async (commit: string): Promise<Copy> => {
  const root = mkdtempSync(join(tmpdir(), 'lpipe-mutation-'))
  const archive = execFileSync('git', ['archive', commit], { cwd: repository, maxBuffer: 2 ** 30 })
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

  const { default: base } = await import(join(root, 'jest.config.js'))
  const config = {
    ...base,
    rootDir: join(root, 'packages'),
    testEnvironment: fileURLToPath(new URL('environment.js', import.meta.url)),
    testSequencer: fileURLToPath(new URL('sequencer.js', import.meta.url)),
    testPathIgnorePatterns: ['/node_modules/'],
    cacheDirectory: join(root, '.jest-cache'),
    testTimeout: testMillis,
  }
  const configFile = join(root, 'mutation.config.json')
  writeFileSync(configFile, JSON.stringify(config))
  const jest = join(root, 'node_modules/jest/bin/jest.js')
  const NODE_OPTIONS = '--experimental-vm-modules --disable-warning=ExperimentalWarning --conditions=@lpipe/source'

  const running = new Set<() => void>()
  const originals = new Map<string, string>()
  const originalOf = (file: string): string => {
    const text = originals.get(file) ?? readFileSync(join(root, file), 'utf8')
    originals.set(file, text)
    return text
  }

  return {
    run: (tests) =>
      new Promise((resolve, reject) => {
        const paths = tests.map((test) => join(root, test))
        const args = [jest, '--config', configFile, '--runInBand', '--bail=1', '--silent', '--forceExit']
        const env = { ...process.env, NODE_OPTIONS, MUTATION_TESTS: JSON.stringify(paths) }
        // A process group of its own, so that what the tests start ends with it.
        const child = spawn(process.execPath, [...args, '--runTestsByPath', ...paths], {
          cwd: join(root, 'packages'),
          stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
          detached: true,
          env,
        })
        const millisOf = new Map<string, number>()
        let file = ''
        let by = ''
        let result: Run['result'] | undefined
        const end = (): void => {
          if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
        }
        running.add(end)
        const timer = setTimeout(() => {
          result ??= 'timed out'
          end()
        }, silenceMillis)
        createInterface({ input: child.stdio[3] as NodeJS.ReadableStream }).on('line', (line) => {
          timer.refresh()
          const { passed, millis = 0, failed, test = '', isTimeout, at } = JSON.parse(line) as Report
          if (passed !== undefined) millisOf.set(relative(root, passed), millis)
          if (result === undefined) file = at ?? failed ?? file
          if (failed === undefined || result !== undefined) return
          result = isTimeout ? 'timed out' : 'failed'
          by = test
        })
        child.on('error', reject)
        child.on('close', (status) => {
          clearTimeout(timer)
          running.delete(end)
          result ??= status === 0 ? 'passed' : 'failed'
          resolve({ result, failed: result === 'passed' ? undefined : relative(root, file), by, millisOf })
        })
      }),
    apply: (mutant) => writeFileSync(join(root, mutant.file), applyMutant(originalOf(mutant.file), mutant)),
    restore: ({ file }) => writeFileSync(join(root, file), originalOf(file)),
    remove: () => {
      for (const end of running) end()
      rmSync(root, { recursive: true, force: true })
    },
  }
}
