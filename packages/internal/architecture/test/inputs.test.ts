/** Turbo runs a test again only if one of its inputs has changed: a document that it reads must be one. */
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from '@jest/globals'

const root = fileURLToPath(new URL('../../../../', import.meta.url))
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

interface Tasks {
  readonly tasks: Readonly<Record<string, { readonly inputs?: readonly string[] }>>
}

const tasksOf = (file: string): Tasks['tasks'] => (existsSync(join(root, file)) ? JSON.parse(read(file)).tasks : {})

const inputsOf = (folder: string): readonly string[] => {
  const { name } = JSON.parse(read(join(folder, 'package.json')))
  return [tasksOf(join(folder, 'turbo.json'))['test'], tasksOf('turbo.json')[`${name}#test`]].flatMap(
    (task) => task?.inputs ?? [],
  )
}

/** The documents that the tests of a folder read. */
const documentsOf = (folder: string): readonly string[] =>
  globSync('test/**/*.ts', { cwd: join(root, folder) }).flatMap((file) =>
    [...read(join(folder, file)).matchAll(/'[./]*(docs\/[\w-]+\.md)'/g)].map(([, document = '']) => document),
  )

const folders = globSync(['packages/*', 'packages/internal/*', 'examples/*'], { cwd: root })
  .filter((folder) => folder !== 'packages/internal/architecture' && documentsOf(folder).length > 0)
  .sort()

describe('the documents that its tests read are inputs of the test of', () => {
  test.each(folders)('%s', (folder) => {
    const inputs = inputsOf(folder)
    expect(documentsOf(folder).filter((document) => !inputs.includes(`$TURBO_ROOT$/${document}`))).toEqual([])
  })

  test('at least one package', () => {
    expect(folders).toContain('packages/redrive')
  })
})
