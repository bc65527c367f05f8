import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Loader, Plugin } from 'esbuild'

const loaders: Readonly<Record<string, Loader>> = { ts: 'ts', tsx: 'tsx', jsx: 'jsx', js: 'js' }

/**
 * Keeps `import.meta.url`, `dirname` and `filename` (and `__dirname`, `__filename`) what they are in the source file: a file that
 * lies beside it is then found.
 */
export const keepImportMeta = (): Plugin => ({
  name: 'lpipe-dev-import-meta',
  setup: ({ initialOptions, onLoad }) => {
    initialOptions.define = {
      ...initialOptions.define,
      'import.meta.url': 'lpipeUrl',
      'import.meta.dirname': 'lpipeFolder',
      'import.meta.filename': 'lpipeFile',
      __dirname: 'lpipeFolder',
      __filename: 'lpipeFile',
    }
    onLoad({ filter: /\.[cm]?[jt]sx?$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8')
      if (!/import\.meta|__(?:dir|file)name/.test(text)) return undefined
      const values = { lpipeUrl: pathToFileURL(path).href, lpipeFolder: dirname(path), lpipeFile: path }
      const constants = Object.entries(values).map(([name, value]) => `${name} = ${JSON.stringify(value)}`)
      const loader = loaders[/\.[cm]?([jt]sx?)$/.exec(path)?.[1] ?? 'js'] ?? 'js'
      // On the line of the first statement, so that no line moves.
      return { contents: `const ${constants.join(', ')};${text.replace(/^#!.*/, '')}`, loader }
    })
  },
})
