/** Builds the page into `dist/page`: one script, one style sheet, the fonts. Nothing is loaded from another host at run time. */
import { copyFileSync, mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const output = here('../dist/page')

mkdirSync(output, { recursive: true })
copyFileSync(here('src/index.html'), `${output}/index.html`)
await build({
  entryPoints: { app: here('src/main.tsx'), style: here('src/styles/index.css') },
  outdir: `${output}/assets`,
  bundle: true,
  format: 'esm',
  target: ['chrome123', 'firefox120', 'safari17.5'],
  minify: true,
  legalComments: 'linked',
  loader: { '.woff2': 'file' },
  assetNames: '[name]',
  jsx: 'automatic',
  jsxImportSource: 'preact',
  logLevel: 'warning',
})
// The licence of the fonts must be with them.
for (const font of ['inter', 'jetbrains-mono']) {
  copyFileSync(here(`../node_modules/@fontsource-variable/${font}/LICENSE`), `${output}/assets/${font}-LICENSE.txt`)
}
