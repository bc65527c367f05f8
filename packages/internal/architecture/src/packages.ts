import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

const packages = fileURLToPath(new URL('../../../', import.meta.url))

const manifestIn = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

const folders = readdirSync(packages)
  .map((name) => join(packages, name))
  .filter((folder) => existsSync(join(folder, 'package.json')))

/** The names of all published packages. */
export const published: readonly string[] = folders
  .map(manifestIn)
  .filter((manifest) => !manifest.private)
  .map(({ name }) => name)

/** What npm installs with a package, itself counted: its dependencies, its peers that are not optional, and all theirs. */
export const installedWith = (name: string): readonly string[] => {
  const found = new Map<string, string>()
  const visit = (one: string, from: string): void => {
    const folder = realpathSync(one === name ? from : resolved(one, from))
    if (found.has(folder)) return
    found.set(folder, one)
    const { dependencies = {}, peerDependencies = {}, peerDependenciesMeta = {} } = manifestIn(folder)
    const peers = Object.keys(peerDependencies).filter((peer) => !peerDependenciesMeta[peer]?.optional)
    for (const next of [...Object.keys(dependencies), ...peers]) visit(next, folder)
  }
  visit(name, folders.find((folder) => manifestIn(folder).name === name) ?? packages)
  return [...found.values()].sort()
}

/** Where a package finds another: in the next node_modules above it. */
const resolved = (name: string, from: string): string => {
  const folder = join(from, 'node_modules', name)
  if (existsSync(folder)) return folder
  if (dirname(from) === from) throw new Error(`${name} is not installed`)
  return resolved(name, dirname(from))
}
