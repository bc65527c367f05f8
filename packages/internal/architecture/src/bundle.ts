import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, type Plugin } from 'esbuild'

/** A bundle for Lambda. */
export interface Bundle {
  /** Bytes, minified and compressed. */
  readonly size: number
  readonly text: string
  /** Packages whose code is in it. */
  readonly holds: readonly string[]
  /** Packages that it imports, now or later. */
  readonly imports: readonly string[]
}

const folder = fileURLToPath(new URL('..', import.meta.url))

/**
 * The packages of lpipe, and those of middy that it depends on. Everything else stays outside, as the AWS SDK does in Lambda
 * and optional peers do that are not installed.
 */
const inside = /^(?:\.|@lpipe\/|lpipe-preset$|@middy\/(?:core|util|sqs-partial-batch-failure)$)/

/** Whether a package is installed with lpipe, so that a bundle holds it also if it is loaded later. */
const isDependency = (path: string): boolean => path.startsWith('@middy/')

const othersOutside: Plugin = {
  name: 'others-outside',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || (inside.test(path) && (kind !== 'dynamic-import' || isDependency(path)))
        ? undefined
        : { path, external: true },
    )
  },
}

/**
 * Bundles a program as one would for Lambda.
 *
 * @param code the program
 * @param whole whether everything that can be resolved is bundled, not only lpipe
 */
export const bundle = async (code: string, whole = false): Promise<Bundle> => {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: folder, loader: 'ts' },
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node22',
    format: 'esm',
    metafile: true,
    write: false,
    logLevel: 'silent',
    ...(whole ? { external: ['@aws-sdk/*', '@smithy/*'] } : { plugins: [othersOutside] }),
  })
  const [output] = Object.values(metafile.outputs)
  const [file] = outputFiles
  if (output === undefined || file === undefined) throw new Error('esbuild made no bundle')
  const sources = Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  return {
    size: gzipSync(file.contents, { level: 9 }).length,
    text: file.text,
    holds: unique(sources.map(([path]) => packageIn(path))),
    imports: unique(output.imports.map(({ path }) => path).filter((path) => !path.startsWith('node:'))),
  }
}

const unique = (names: readonly string[]): string[] => [...new Set(names)].sort()

/** The package that a file lies in: the last one of its path that is installed, otherwise one of lpipe's. */
const packageIn = (path: string): string => {
  const [, installed] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? []
  const [, ours] = /(?:^|\/)([^/]+)\/dist\//.exec(path) ?? []
  return installed ?? ours ?? 'the program'
}
