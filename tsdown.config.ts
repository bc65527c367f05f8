import { readFileSync } from 'node:fs'
import { transform } from '@swc/core'
import { defineConfig } from 'tsdown'

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly '@lpipe/source': string }>>
  readonly bin?: unknown
  readonly dependencies?: Readonly<Record<string, string>>
}

const { exports, bin, dependencies = {} }: Manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const sources = Object.values(exports).flatMap((target) => (typeof target === 'string' ? [] : target['@lpipe/source']))
const programs = bin === undefined ? [] : ['./src/main.ts']

/** The middlewares that the preset depends on are built into it: each module that Node loads costs about half a millisecond. */
const isOurs = (name: string): boolean => name.startsWith('@lpipe/')
const shared = ['@lpipe/core', '@lpipe/system', '@lpipe/local', '@lpipe/dev', '@lpipe/redrive']
const builtIn = Object.keys(dependencies).filter((name) => isOurs(name) && !shared.includes(name))

/** A Lambda loads one module of `@lpipe/core`, not one for each entry point that its middlewares are written against. */
const oneModuleOfCore = (id: string): string =>
  /^@lpipe\/core(?:\/(?:aws|middleware|outbox))?$/.test(id) ? '@lpipe/core/all' : id

/**
 * V8 parses each arrow function of a module when it loads the module, but only skims other functions until they are called. An
 * import of lpipe takes a third less time without arrow functions.
 */
const functionsForArrows = {
  name: 'functions-for-arrows',
  renderChunk: (code: string) =>
    transform(code, {
      env: { targets: { node: '22' }, include: ['transform-arrow-functions'] },
      jsc: { output: { charset: 'ascii' } }, // V8 reads a module with any other character more slowly
      sourceMaps: true,
      isModule: true,
    }),
}

/**
 * Builds the package of the working directory: one module for each entry of its `exports`, and one for what entries share.
 * Other packages stay outside. `tsc` writes the declarations.
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
  minify: false, // the last step would print other characters again
  plugins: [functionsForArrows],
  inputOptions: { resolve: { conditionNames: ['@lpipe/source', 'node', 'import', 'default'] } },
  outputOptions: {
    codeSplitting: { groups: [{ name: 'shared', minShareCount: 2 }] },
    paths: oneModuleOfCore,
    minifyInternalExports: false,
    comments: { jsdoc: false }, // the declarations have them
    sourcemapExcludeSources: true, // the sources are published
    // Where npm and pnpm install the sources of what is built in.
    sourcemapPathTransform: (path) => path.replace(/^(?:\.\.\/)+([\w-]+)\/src\//, '../../@lpipe/$1/src/'),
  },
  deps: {
    alwaysBundle: builtIn,
    neverBundle: (id) => /^[^./]/.test(id) && !builtIn.includes(id),
  },
  logLevel: 'warn',
})
