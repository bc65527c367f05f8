import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const packages = fileURLToPath(new URL('../../', import.meta.url))
const run = promisify(execFile)

/** Runs a program in a folder of its own, where `@lpipe/sentry` and some other packages are installed. */
export const runWhere = async (
  { installed = [], from = 'sentry' }: { readonly installed?: readonly string[]; readonly from?: string },
  program: string,
): Promise<string> => {
  const folder = mkdtempSync(join(tmpdir(), 'lpipe-sentry-'))
  try {
    const modules = join(folder, 'node_modules')
    mkdirSync(join(modules, '@lpipe'), { recursive: true })
    // Copies outside of node_modules, because Node does not run TypeScript in there, and lpipe's own must not be found.
    for (const name of ['core', 'sentry']) {
      const copy = join(folder, 'packages', name)
      for (const part of ['src', 'package.json']) {
        cpSync(join(packages, name, part), join(copy, part), { recursive: true })
      }
      symlinkSync(copy, join(modules, '@lpipe', name))
    }
    for (const name of installed) {
      mkdirSync(dirname(join(modules, name)), { recursive: true })
      symlinkSync(realpathSync(join(packages, from, 'node_modules', name)), join(modules, name))
    }
    const file = join(folder, 'program.mts')
    writeFileSync(file, program)
    return (await run(process.execPath, [file], { cwd: folder })).stdout
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
