import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, globSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { markedSources } from './markers.ts'
import { type OtherMutant, otherMutants } from './mutants/elsewhere.ts'

/** Prints which tests find the defects that the simulation cannot see. Fails if one is not found. */

/** A defect that needs more time is found: what is quadratic takes hours. */
const maxMillis = 180_000

const repository = fileURLToPath(new URL('../../../../', import.meta.url))
const root = mkdtempSync(join(tmpdir(), 'lpipe-elsewhere-'))

/** Copies the sources and the tests. Installed packages are linked; the links of pnpm lead to the copies. */
const copyRepository = (): void => {
  for (const file of globSync('{*.json,*.js,*.cjs,*.ts}', { cwd: repository })) {
    cpSync(join(repository, file), join(root, file))
  }
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'))
  for (const manifest of globSync('packages/{*,internal/*}/package.json', { cwd: repository })) {
    cpSync(dirname(join(repository, manifest)), dirname(join(root, manifest)), {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !path.endsWith('/dist'),
    })
  }
}

/** Returns whether the tests of a file pass on the copy, in time. */
const passes = async ({ test, only }: OtherMutant): Promise<boolean> => {
  const args = ['jest.js', `packages/${test}`, ...(only === undefined ? [] : ['-t', only])]
  // A process group of its own, so that what it starts ends with it.
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'ignore', detached: true })
  const timer = setTimeout(() => process.kill(-(child.pid as number), 'SIGKILL'), maxMillis)
  const [status] = await once(child, 'close')
  clearTimeout(timer)
  return status === 0
}

const print = (...cells: readonly unknown[]): void => void process.stdout.write(`| ${cells.join(' | ')} |\n`)

try {
  copyRepository()
  print('code that ...', 'in', 'is found by')
  print('---', '---', '---')
  const sources = markedSources(join(root, 'packages'))
  for (const mutant of otherMutants) {
    const { name, test } = mutant
    if (!(await passes(mutant))) throw new Error(`${test} fails without a mutant`)
    sources.apply(mutant)
    const isFound = !(await passes(mutant))
    sources.restore()
    print(name, `\`${sources.fileOf(mutant)}\``, isFound ? `\`${test}\`` : 'NOT FOUND')
    if (!isFound) process.exitCode = 1
  }
} finally {
  rmSync(root, { recursive: true, force: true })
}
