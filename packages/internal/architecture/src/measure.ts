import { readFileSync } from 'node:fs'
import { bundle } from './bundle.ts'
import { bare, compositions } from './compositions.ts'
import { modulesOf } from './modules.ts'
import { installedWith, published } from './packages.ts'
import { importPercentOf } from './times.ts'
import { instantiationsOf } from './types.ts'

/** Everything that has a ceiling, by name. */
export type Budgets = Readonly<
  Record<'packages' | 'compositions' | 'other' | 'percent', Readonly<Record<string, number>>>
>

export const budgetsFile = new URL('../budgets.json', import.meta.url)

/** The ceilings: bytes of bundles (minified and compressed), counts, and percents. */
export const budgets: Budgets = JSON.parse(readFileSync(budgetsFile, 'utf8'))

const pathsOfGraph = 200

export const measure = async (): Promise<Budgets> => {
  const sizes = async (named: readonly (readonly [string, string])[]): Promise<Record<string, number>> =>
    Object.fromEntries(await Promise.all(named.map(async ([name, code]) => [name, (await bundle(code)).size])))
  const compositionSizes = await sizes(Object.entries(compositions).map(([name, { code }]) => [name, code]))
  return {
    packages: await sizes(published.map((name) => [name, `export * from '${name}'`])),
    compositions: compositionSizes,
    other: {
      'preset over @middy/core, bytes': (compositionSizes['preset'] ?? 0) - (await bundle(bare)).size,
      'modules loaded with the preset': modulesOf('lpipe-preset').length,
      'packages installed with the preset': installedWith('lpipe-preset').length,
      'type instantiations of 200 paths': instantiationsOf(pathsOfGraph),
    },
    percent: {
      'import of the preset, of that of @middy/core': importPercentOf('lpipe-preset', '@middy/core'),
    },
  }
}
