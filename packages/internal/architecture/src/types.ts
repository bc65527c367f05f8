import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('..', import.meta.url))
const tsc = join(folder, '../../../node_modules/typescript/bin/tsc')

/**
 * Type instantiations of a graph: those of a program with it, less those of the same program without it. Each path has a
 * function, and runs three others.
 *
 * @see https://github.com/microsoft/TypeScript/wiki/Performance#extendeddiagnostics
 */
export const instantiationsOf = (paths: number): number => count(graphOf(paths)) - count(graphOf(1))

const graphOf = (paths: number): string => {
  const names = Array.from({ length: paths }, (_, index) => index)
  const lines = names.map((name) => {
    const next = [1, 2, 3].map((step) => `'PATH_${(name + step) % paths}'`)
    return `PATH_${name}: [action({ functions: [async ({ id }: { id: number }) => id + ${name}], paths: [${next}] })],`
  })
  return `import { action, lpipe } from 'lpipe-preset'
export const middlewares = lpipe({ paths: {
${lines.join('\n')}
} })`
}

const count = (code: string): number => {
  const program = mkdtempSync(join(folder, 'node_modules/types-'))
  try {
    writeFileSync(join(program, 'graph.ts'), code)
    writeFileSync(join(program, 'tsconfig.json'), JSON.stringify({ extends: '../../../../../tsconfig.base.json' }))
    const args = [tsc, '-p', program, '--noEmit', '--singleThreaded', '--extendedDiagnostics']
    const printed = execFileSync(process.execPath, args, { encoding: 'utf8' })
    const [, instantiations] = /^Instantiations:\s+(\d+)$/m.exec(printed) ?? []
    if (instantiations === undefined) throw new Error(`tsc did not say how many types it made:\n${printed}`)
    return Number(instantiations)
  } finally {
    rmSync(program, { recursive: true })
  }
}
