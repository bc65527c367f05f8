import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The errors of a compiler, by file. */
export type ErrorsIn = (file: string) => string[]

/**
 * Compiles a program in a folder of its own, which is removed.
 *
 * @param tsc the file that runs the compiler
 * @param parent the folder for it: packages are resolved from there
 * @param files the sources by file name
 */
export const compile = (tsc: string, parent: string, files: Readonly<Record<string, string>>): ErrorsIn => {
  const program = mkdtempSync(join(parent, 'compiled-'))
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(program, name), text)
    writeFileSync(join(program, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
    const args = [tsc, '-p', program, '--pretty', 'false', '--noErrorTruncation']
    const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: program, maxBuffer: 2 ** 26 })
    const errors = stdout.split(/\n(?=\S)/).map((error) => error.trim())
    return (file) => errors.filter((error) => error.startsWith(`${file}(`))
  } finally {
    rmSync(program, { recursive: true })
  }
}

const compilerOptions = {
  target: 'es2022',
  lib: ['esnext'],
  module: 'nodenext',
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  customConditions: ['@lpipe/source'],
}
