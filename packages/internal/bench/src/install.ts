import { cpSync, existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

/** Copies packages and all that they depend on to one flat node_modules, as npm does. */
export const install = (folder: string, from: string, names: readonly string[]): void => {
  for (const name of names) {
    const to = join(folder, 'node_modules', name)
    const found = find(from, name)
    if (found === undefined) throw new Error(`${name} is not installed where ${from} requires it`)
    if (existsSync(to)) continue
    cpSync(found, to, { recursive: true, filter: (path) => !path.slice(found.length).startsWith(`${sep}node_modules`) })
    const manifest: Manifest = JSON.parse(readFileSync(join(found, 'package.json'), 'utf8'))
    const { dependencies, peerDependencies = {}, peerDependenciesMeta = {} } = manifest
    const peers = Object.keys(peerDependencies).filter((peer) => !peerDependenciesMeta[peer]?.optional)
    install(folder, found, [...Object.keys({ ...dependencies }), ...peers])
  }
}

/** Where a package finds another: in the next node_modules above it. */
const find = (from: string, name: string): string | undefined => {
  const folder = join(from, 'node_modules', name)
  if (existsSync(folder)) return realpathSync(folder)
  return dirname(from) === from ? undefined : find(dirname(from), name)
}
