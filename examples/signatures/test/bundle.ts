import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

export interface Bundle {
  readonly file: string
  readonly bytes: number
  /** the packages that are in it */
  readonly packages: readonly string[]
}

/** Bundles a program of `src` as one would for Lambda. */
export const bundle = async (program: string): Promise<Bundle> => {
  const outfile = fileURLToPath(new URL(`../dist/bundles/${basename(program)}.mjs`, import.meta.url))
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL(`../src/${program}.ts`, import.meta.url))],
    outfile,
    bundle: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    conditions: ['@lpipe/source'],
    external: ['@aws-sdk/*'],
    metafile: true,
    logLevel: 'silent',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  })
  const [output] = Object.values(metafile.outputs)
  const inputs = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  const packages = new Set(inputs.map(([path]) => packageOf(path)))
  return { file: outfile, bytes: output?.bytes ?? 0, packages: [...packages].sort() }
}

const packageOf = (path: string): string =>
  /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? /packages\/([^/]+)/.exec(path)?.[1] ?? 'the program'
