import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly packageManager?: string
  readonly dependencies?: Readonly<Record<string, string>>
}

export const root = fileURLToPath(new URL('../../../../', import.meta.url))

export const manifestIn = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

const folders = readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name))

/** Every package that is published. */
export const published: readonly Manifest[] = folders
  .filter((folder) => existsSync(join(folder, 'package.json')))
  .map(manifestIn)
  .filter((manifest) => !manifest.private)

/** Returns packages, and those of lpipe that they depend on. */
export const withOurs = (...names: readonly string[]): readonly string[] => {
  const found = new Set(names)
  for (const name of found) {
    const { dependencies = {} } = published.find((manifest) => manifest.name === name) as Manifest
    for (const { name: one } of published) if (one in dependencies) found.add(one)
  }
  return [...found]
}

/** Returns the file name of a package's tarball. */
export const tarballOf = (name: string): string => {
  const { version } = published.find((manifest) => manifest.name === name) ?? { version: '' }
  return `${name.replace('@', '').replace('/', '-')}-${version}.tgz`
}
