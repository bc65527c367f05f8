import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const dist = fileURLToPath(new URL('../dist/', import.meta.url))

/** A program of a document, to be compiled as a module of its own. */
export interface ProgramFile {
  readonly file: string
  readonly text: string
}

/** Compiles programs with the settings of the repository, together. Returns the lines of the compiler. */
export const compile = (programs: readonly ProgramFile[]): readonly string[] => {
  mkdirSync(dist, { recursive: true })
  const folder = mkdtempSync(join(dist, 'programs-'))
  try {
    for (const { file, text } of programs) writeFileSync(join(folder, file), text)
    const compilerOptions = {
      noEmit: true,
      moduleDetection: 'force',
      noUnusedLocals: false,
      noUnusedParameters: false,
    }
    const base = relative(folder, join(root, 'tsconfig.base.json'))
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ extends: base, compilerOptions, include: ['*.ts'] }))
    const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'))
    const { stdout, stderr, error } = spawnSync(
      process.execPath,
      [join(typescript, 'bin', 'tsc'), '-p', '.', '--pretty', 'false'],
      { cwd: folder, encoding: 'utf8' },
    )
    if (error !== undefined) throw error
    return `${stdout}${stderr}`.split('\n').filter((line) => line !== '')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
