import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'

const packages = fileURLToPath(new URL('../../../', import.meta.url))

interface Manifest {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

const manifestOf = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8'))

/** Returns the packages that the sources of a package import, types and dynamic imports too. */
const importsOf = (folder: string): string[] => {
  const sources = join(packages, folder, 'src')
  const names = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  const found = names.flatMap((name) => {
    const text = readFileSync(join(sources, name), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '') // docstrings have examples
    return [...text.matchAll(/(?:\bfrom\s+|\bimport\s*\(?\s*|\bimport\.meta\.resolve\()'([@a-z][\w@./:-]*)'/g)].map(
      ([, specifier = '']) => specifier,
    )
  })
  return [...new Set(found.filter((specifier) => !isBuiltin(specifier)).map(packageOf))]
}

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

const folders = readdirSync(packages).filter((folder) => existsSync(join(packages, folder, 'src')))
const published = folders.filter((folder) => !manifestOf(folder).private)
const ours = new Set(folders.map((folder) => manifestOf(folder).name))

/** The packages that may import others: the preset, which has them built in. The rest import the core only. */
const free = new Set(['lpipe-preset'])
/** The description of a system is shared by the tools that run and show it. */
const alsoImported: Readonly<Record<string, readonly string[]>> = {
  '@lpipe/cli': ['@lpipe/dev', '@lpipe/redrive', '@lpipe/system'],
  '@lpipe/dev': ['@lpipe/local', '@lpipe/system'],
  '@lpipe/local': ['@lpipe/system'],
}

/** The middlewares are built into the preset, which declares what they import. */
const isBuiltIn = (name: string): boolean => ours.has(name) && name !== '@lpipe/core' && name !== '@lpipe/metrics'
const codeImportsOf = (name: string): string[] =>
  importsOf(name.replace('@lpipe/', '')).filter((one) => one !== 'aws-lambda')
const typesOf = (name: string): string => (name === 'aws-lambda' ? '@types/aws-lambda' : name)

describe.each(published)('%s', (folder) => {
  const { name, dependencies = {}, peerDependencies = {} } = manifestOf(folder)
  const imports = importsOf(folder).filter((one) => one !== name) // a package may resolve itself
  const builtIn = free.has(name) ? imports.filter(isBuiltIn).flatMap(codeImportsOf) : []

  test('imports no other package of lpipe but the core', () => {
    if (free.has(name)) return expect(imports).toContain('@lpipe/core')
    expect(imports.filter((one) => ours.has(one) && one !== '@lpipe/core').toSorted()).toEqual(alsoImported[name] ?? [])
  })

  test('declares what it imports, and imports what it declares', () => {
    const declared = new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies)])
    expect(imports.map(typesOf).filter((one) => !declared.has(one))).toEqual([])
    expect(Object.keys(dependencies).filter((one) => ![...imports, ...builtIn].map(typesOf).includes(one))).toEqual([])
  })

  test('declares what the packages that are built into it import', () => {
    const declared = new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies)])
    expect(builtIn.filter((one) => !declared.has(one))).toEqual([])
  })

  test('keeps one version with the others', () => {
    expect(manifestOf(folder).version).toBe(manifestOf('core').version)
  })
})

test('the core imports nothing', () => {
  expect(importsOf('core')).toEqual(['aws-lambda']) // types alone
})

test('packages are found', () => {
  expect(published.length).toBeGreaterThanOrEqual(12)
})
