import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('..', import.meta.url))

const runs = 15

/**
 * Returns how long the import of a built package takes in a fresh process, in percent of the import of another one that is imported
 * before it: milliseconds depend on the machine and on its load. The median of several runs.
 */
export const importPercentOf = (specifier: string, other: string): number => {
  const program = `
    const start = performance.now()
    await import(${JSON.stringify(other)})
    const between = performance.now()
    await import(${JSON.stringify(specifier)})
    console.log((performance.now() - between) / (between - start))`
  const { NODE_OPTIONS: _, NODE_COMPILE_CACHE: __, ...env } = process.env // Jest's own would lead to the sources
  const options = { cwd: folder, encoding: 'utf8', env } as const
  const shares = Array.from({ length: runs }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '-e', program], options)),
  )
  return Math.round((shares.toSorted((one, next) => one - next)[Math.floor(runs / 2)] ?? Number.NaN) * 100)
}
