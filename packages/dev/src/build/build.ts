import { mkdir, realpath, rm } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type BuildContext, context, type Message, type Metafile } from 'esbuild'
import { cacheFolder, newEntry, removeStaleEntries } from '../cache.ts'
import { ownConditions } from './conditions.ts'
import { keepImportMeta } from './import-meta.ts'
import { externalPackages } from './packages.ts'

/** The built configuration. */
export interface Build {
  /** the URL of the built configuration, which imports the handlers */
  readonly entry: string
  /** the URL of the folder of the built files */
  readonly outdir: string
  /** the source files */
  readonly inputs: readonly string[]
  /** Returns the source files of built files, by their URLs. */
  readonly sourcesOf: (outputs: Iterable<string>) => ReadonlySet<string>
}

/** Builds a configuration and all that it imports, again and again. */
export interface Builder {
  /** @throws BuildError if the sources have errors */
  readonly build: () => Promise<Build>
  readonly close: () => Promise<void>
}

/** The sources cannot be built. */
export class BuildError extends Error {
  override readonly name = 'BuildError'
}

/**
 * Makes a builder. Each module that a handler alone imports is a file of its own, whose name changes with its content. Packages are
 * not built in.
 *
 * @param config the absolute path of the configuration
 */
export const createBuilder = async (config: string): Promise<Builder> => {
  const cache = cacheFolder(dirname(config))
  removeStaleEntries(cache)
  const folder = newEntry(cache, 'build')
  await mkdir(folder, { recursive: true })
  const outdir = await realpath(folder) // as Node.js sees it: paths in source maps are relative to it
  let building: BuildContext<{ metafile: true }> | undefined

  const create = (): Promise<BuildContext<{ metafile: true }>> =>
    context({
      absWorkingDir: dirname(config),
      entryPoints: { system: config },
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      conditions: ownConditions(),
      target: `node${process.versions.node}`,
      outdir,
      entryNames: '[name]-[hash]',
      chunkNames: '[name]-[hash]',
      outExtension: { '.js': '.mjs' },
      sourcemap: true,
      metafile: true,
      // In one bundle two functions of one name would get different ones, and the page, letters and logs show them.
      keepNames: true,
      logLevel: 'silent',
      plugins: [externalPackages(), keepImportMeta()],
      banner: {
        js: "import { createRequire as lpipeCreateRequire } from 'node:module'; const require = lpipeCreateRequire(import.meta.url);",
      },
    })

  return {
    build: async () => {
      building ??= await create()
      try {
        const { metafile } = await building.rebuild()
        return buildOf(config, outdir, metafile)
      } catch (error) {
        const messages = (error as { readonly errors?: readonly Message[] }).errors
        throw messages === undefined ? error : new BuildError(messages.map(textOf).join('\n'), { cause: error })
      }
    },
    close: async () => {
      await building?.dispose()
      await rm(outdir, { recursive: true, force: true })
    },
  }
}

const buildOf = (config: string, outdir: string, { inputs, outputs }: Metafile): Build => {
  const folder = dirname(config)
  const absolute = (path: string): string => resolve(folder, path)
  const ofOutput = new Map(
    Object.entries(outputs).map(([path, output]) => [
      pathToFileURL(absolute(path)).href,
      Object.keys(output.inputs).map(absolute),
    ]),
  )
  const entry = Object.entries(outputs).find(
    ([, { entryPoint }]) => entryPoint !== undefined && absolute(entryPoint) === config,
  )
  return {
    entry: pathToFileURL(absolute(entry?.[0] ?? '')).href,
    outdir: pathToFileURL(outdir).href,
    inputs: Object.keys(inputs).map(absolute),
    sourcesOf: (urls) => new Set([...urls].flatMap((url) => ofOutput.get(url) ?? [])),
  }
}

const textOf = ({ text, location }: Message): string =>
  location === null ? text : `${location.file}:${location.line}:${location.column + 1}: ${text}`
