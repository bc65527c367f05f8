import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { install } from './install.ts'
import { freshRounds, runFresh } from './processes.ts'
import { median } from './rounds.ts'
import { table } from './table.ts'

/** What is measured: the last import of each, after the others. */
const programs: Readonly<Record<string, readonly string[]>> = {
  '@middy/core': ['@middy/core'],
  'lpipe-preset': ['lpipe-preset'],
  '@lpipe/core after @middy/core': ['@middy/core', '@lpipe/core'],
  'lpipe-preset after @middy/core': ['@middy/core', 'lpipe-preset'],
}
const names = Object.keys(programs)
const here = fileURLToPath(new URL('..', import.meta.url))

/** Milliseconds to import packages as npm installs them, in fresh processes; without and with Node's compile cache. */
export const imports = async (rounds: number) => {
  const folder = mkdtempSync(join(tmpdir(), 'lpipe-imports-'))
  const fileOf = (name: string) => join(folder, `${names.indexOf(name)}.mjs`)
  try {
    install(folder, here, [...new Set(Object.values(programs).flat())])
    for (const name of names) writeFileSync(fileOf(name), timing(programs[name] ?? []))
    const measure = (environment: NodeJS.ProcessEnv, count: number) =>
      freshRounds(names, count, (name) => runFresh<number>([fileOf(name)], environment))
    const cache = { NODE_COMPILE_CACHE: join(folder, 'cache') }
    const plain = await measure({}, rounds)
    await measure(cache, 2) // fills the cache
    const cached = await measure(cache, rounds)
    const results = Object.fromEntries(
      names.map((name) => [name, { plain: median(plain.get(name) ?? []), cached: median(cached.get(name) ?? []) }]),
    )
    const text = table([
      ['ms to import', 'without', 'with NODE_COMPILE_CACHE'],
      ...Object.entries(results).map(([name, row]) => [name, row.plain.toFixed(1), row.cached.toFixed(1)]),
    ])
    return { results, text }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const timing = (specifiers: readonly string[]): string => `let start
${specifiers.map((specifier) => `start = performance.now()\nawait import('${specifier}')`).join('\n')}
console.log(performance.now() - start)
`
