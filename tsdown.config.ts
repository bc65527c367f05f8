import { readFileSync } from 'node:fs'
import { defineConfig } from 'tsdown'

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly '@lpipe/source': string }>>
  readonly bin?: unknown
}

const { exports, bin }: Manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const sources = Object.values(exports).flatMap((target) => (typeof target === 'string' ? [] : target['@lpipe/source']))
const programs = bin === undefined ? [] : ['./src/main.ts']

/**
 * Builds the package of the working directory: one module for each entry of its `exports`, and what entries share in
 * modules beside them. Dependencies stay outside. `tsc` writes the declarations.
 */
export default defineConfig({
  entry: Object.fromEntries([...sources, ...programs].map((path) => [path.replace(/^\.\/src\/|\.ts$/g, ''), path])),
  format: 'esm',
  platform: 'node',
  target: 'node22',
  fixedExtension: false,
  hash: false,
  dts: false,
  sourcemap: true,
  outputOptions: { sourcemapExcludeSources: true }, // the sources are published too
  deps: { neverBundle: [/^[^./]/] },
  logLevel: 'warn',
})
