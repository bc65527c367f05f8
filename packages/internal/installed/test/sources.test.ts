import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { mustRun, runtimes } from './run.ts'
import { published } from './workspace.ts'

const folder = join(process.env['LPIPE_INSTALLED'] as string, 'seven')

/** A module that only re-exports has no map. */
const hasCode = (text: string): boolean =>
  text.split('\n').some((line) => line !== '' && !/^(?:import|export) /.test(line))

describe.each(published.map(({ name }) => name))('%s', (name) => {
  const installed = join(folder, 'node_modules', name)

  test('has a source map for each module and a declaration map for each declaration', () => {
    const files = globSync('dist/**/*.{js,d.ts}', { cwd: installed })
    expect(files).toContain(join('dist', 'index.js'))
    expect(files).toContain(join('dist', 'index.d.ts'))
    const unmapped = files.filter((file) => !existsSync(join(installed, `${file}.map`)))
    // A browser loads one minified file, which is not a module of the package.
    const modules = unmapped.filter((file) => !file.startsWith(join('dist', 'page')))
    expect(modules.filter((file) => hasCode(readFileSync(join(installed, file), 'utf8')))).toEqual([])
  })

  test('has every source that its maps name', () => {
    const missing = globSync('dist/**/*.map', { cwd: installed }).flatMap((map) => {
      const { sources }: { readonly sources: readonly string[] } = JSON.parse(
        readFileSync(join(installed, map), 'utf8'),
      )
      return sources.filter((source) => !existsSync(resolve(installed, dirname(map), source)))
    })
    expect(missing).toEqual([])
  })
})

test.each(runtimes)(
  'a stack trace leads to the sources, also to those that the preset holds, in Node %s',
  async (_, node) => {
    const program = `
    import { lpipe } from 'lpipe-preset'
    try { lpipe({ paths: { ORDER: [] } }) } catch (error) { console.log(error.stack) }`
    const args = ['--enable-source-maps', '--input-type=module', '-e', program]
    const stack = await mustRun(node, args, folder)
    expect(stack).toContain(join('@lpipe', 'core', 'src', 'language', 'errors.ts'))
    expect(stack).toContain(join('@lpipe', 'path-router', 'src', 'graph.ts'))
    expect(stack).toContain(join('lpipe-preset', 'src', 'lpipe.ts'))
  },
)
