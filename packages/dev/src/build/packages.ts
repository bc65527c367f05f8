import { isBuiltin } from 'node:module'
import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Plugin } from 'esbuild'

/** Set while the plugin itself resolves, so that it does not call itself. */
const inner = Symbol('lpipe-dev')

/**
 * Leaves the packages of `node_modules` outside of the build, each by its absolute URL. What a workspace links is built in, so that
 * a change of it is seen.
 */
export const externalPackages = (): Plugin => ({
  name: 'lpipe-dev-packages',
  setup: ({ onResolve, resolve }) => {
    onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, kind, importer, resolveDir }) => {
      if (pluginData === inner || kind === 'entry-point' || isAbsolute(path)) return undefined
      if (isBuiltin(path)) return { path, external: true }
      const found = await resolve(path, { kind, importer, resolveDir, pluginData: inner })
      if (found.errors.length > 0 || !/[\\/]node_modules[\\/]/.test(found.path)) return found
      return { path: kind === 'require-call' ? found.path : pathToFileURL(found.path).href, external: true }
    })
  },
})
