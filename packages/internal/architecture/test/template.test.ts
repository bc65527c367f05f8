import { globSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'

const packages = fileURLToPath(new URL('../../../', import.meta.url))
const template = join(packages, 'internal/template')

/** A file of the template as it is after the package was copied to `packages/`. */
const copied = (file: string): string => readFileSync(join(template, file), 'utf8').replaceAll('../../../', '../../')
const fileOf = (folder: string, file: string): string => readFileSync(join(packages, folder, file), 'utf8')

const published = readdirSync(packages).filter((folder) => folder !== 'internal')

describe.each(published)('%s is made as the template is', (folder) => {
  const manifest = JSON.parse(fileOf(folder, 'package.json'))
  const { scripts, exports, files, sideEffects, engines, type, license } = manifest
  const expected = JSON.parse(copied('package.json'))

  test('package.json', () => {
    expect({ sideEffects, engines, type, license }).toEqual({
      sideEffects: expected.sideEffects,
      engines: expected.engines,
      type: expected.type,
      license: expected.license,
    })
    expect(scripts).toMatchObject(expected.scripts)
    expect(exports).toMatchObject(expected.exports)
    expect(files).toEqual(expect.arrayContaining(expected.files))
  })

  test('what the registry shows', () => {
    const { description, keywords, repository } = manifest
    expect(description).toEqual(expect.any(String))
    expect(keywords).toContain('lambda')
    expect(repository).toEqual({ ...expected.repository, directory: `packages/${folder}` })
  })

  test('the build', () => {
    expect(fileOf(folder, 'tsconfig.build.json')).toBe(copied('tsconfig.build.json'))
  })

  test('the conditions of every entry point: sources, types, module', () => {
    for (const [name, target] of Object.entries(exports)) {
      if (name !== './package.json') {
        expect(Object.keys(target as object)).toEqual(Object.keys(expected.exports['.']))
      }
    }
  })
})

describe('the template can be reduced to one of its files, because the test of that file uses no other one:', () => {
  const files = globSync('src/*.ts', { cwd: template })
    .map((file) => basename(file, '.ts'))
    .filter((name) => name !== 'index')

  test.each(files)('%s', (name) => {
    const imports = /import \{([^}]*)\} from '(?:@lpipe\/template|\.\.\/src\/[\w-]+\.ts)'/g
    const text = readFileSync(join(template, `test/${name}.test.ts`), 'utf8')
    const used = [...text.matchAll(imports)].flatMap(([, list = '']) => list.match(/\b(?!type\b)\w+/g) ?? [])
    const source = readFileSync(join(template, `src/${name}.ts`), 'utf8')
    expect(used).not.toEqual([])
    expect(used.filter((one) => !new RegExp(`^export (?:const|interface|type) ${one}\\b`, 'm').test(source))).toEqual(
      [],
    )
  })
})
