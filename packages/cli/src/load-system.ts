import { existsSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { InvalidConfigurationError } from '@lpipe/core'
import { type Description, describe } from '@lpipe/system'
import { isSystem } from '@lpipe/system/tools'
import { CommandError } from './command-error.ts'

/** A system, with the file that describes it. */
export interface LoadedSystem {
  readonly file: string
  readonly description: Description
}

/** The names of the file that describes the system, in the order of preference. */
const configurationFiles = ['lpipe.config.ts', 'lpipe.config.mts', 'lpipe.config.js', 'lpipe.config.mjs']

/**
 * Imports the file that describes a system, and the handlers of its Lambdas.
 *
 * @param given the file. Default: `lpipe.config.ts` (or `.mts`, `.js`, `.mjs`) in the working directory or the nearest one above
 * @param readPayloads whether to read the payloads that functions return from the TypeScript sources. Default: true
 * @throws CommandError if there is no such file, if it exports no system, or if a module cannot be imported
 * @throws InvalidConfigurationError if an option of the system is wrong
 */
export const loadSystem = async (given?: string, readPayloads = true): Promise<LoadedSystem> => {
  const file = given === undefined ? nearest(process.cwd()) : resolve(given)
  if (file === undefined) {
    throw new CommandError(
      `no ${configurationFiles[0]} in ${process.cwd()} or above. Create one with \`export default system({ ... })\` of @lpipe/system, or name a file`,
    )
  }
  const name = relative(process.cwd(), file)
  if (!existsSync(file)) throw new CommandError(`${name}: no such file`)
  const module = await importFile(file, name)
  const system = module['default'] ?? module['system']
  if (!isSystem(system)) {
    throw new CommandError(
      `${name}: must have a default export made with system() of @lpipe/system (exports: ${Object.keys(module).join(', ') || 'none'})`,
    )
  }
  return { file, description: await describe(system, readPayloads ? { file } : {}) }
}

const nearest = (folder: string): string | undefined => {
  const found = configurationFiles.map((name) => resolve(folder, name)).find((file) => existsSync(file))
  if (found !== undefined || dirname(folder) === folder) return found
  return nearest(dirname(folder))
}

const importFile = async (file: string, name: string): Promise<Readonly<Record<string, unknown>>> => {
  try {
    return await import(pathToFileURL(file).href)
  } catch (error) {
    if (error instanceof InvalidConfigurationError) throw error
    const message = error instanceof Error ? error.message : String(error)
    throw new CommandError(`${name}: cannot be imported: ${message}`, { cause: error })
  }
}
