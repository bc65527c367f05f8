import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('..', import.meta.url))

const runs = 15

/**
 * Returns the milliseconds that a fresh process takes to import a built package after others: the least of several runs,
 * because whatever else the machine does adds to the others.
 */
export const importMillisOf = (specifier: string, ...before: readonly string[]): number => {
  const program = `
    for (const name of ${JSON.stringify(before)}) await import(name)
    const start = performance.now()
    await import(${JSON.stringify(specifier)})
    console.log(performance.now() - start)`
  const { NODE_OPTIONS: _, NODE_COMPILE_CACHE: __, ...env } = process.env // Jest's own would lead to the sources
  const options = { cwd: folder, encoding: 'utf8', env } as const
  const times = Array.from({ length: runs }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '-e', program], options)),
  )
  return Math.round(Math.min(...times) * 10) / 10
}
