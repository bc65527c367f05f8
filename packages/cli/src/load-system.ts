import { relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type EventSource, InvalidConfigurationError } from '@lpipe/core'
import { type Description, describe } from '@lpipe/system'
import { isSystem, type System } from '@lpipe/system/tools'
import { CommandError } from './command-error.ts'
import { configurationFile } from './configuration.ts'

/** A system, with the file that describes it. */
export interface LoadedSystem {
  readonly file: string
  readonly description: Description
}

/**
 * Imports the file that describes a system, and the handlers of its Lambdas.
 *
 * @param given the file. Default: `lpipe.config.ts` (or `.mts`, `.js`, `.mjs`) in the working directory or the nearest one above
 * @param readPayloads whether to read the payloads that functions return from the TypeScript sources. Default: true
 * @throws CommandError if there is no such file, if it exports no system, or if a module cannot be imported
 * @throws InvalidConfigurationError if an option of the system is wrong
 * @example
 * const { description } = await loadSystem('lpipe.config.ts')
 * console.log(check(description))
 */
export const loadSystem = async (given?: string, readPayloads = true): Promise<LoadedSystem> => {
  const file = configurationFile(given)
  const system = await importSystem(file)
  return { file, description: await describe(system, readPayloads ? { file } : {}) }
}

/** Imports the file that describes a system, and none of its handlers. @throws CommandError if it cannot be imported */
export const importSystem = async (file: string): Promise<System> => {
  const name = relative(process.cwd(), file)
  const module = await importFile(file, name)
  const system = module['default'] ?? module['system']
  if (!isSystem(system)) {
    throw new CommandError(
      `${name}: must have a default export made with system() of @lpipe/system (exports: ${Object.keys(module).join(', ') || 'none'})`,
    )
  }
  return system
}

/**
 * Imports the event sources of the user's own, which `lpipe.config.ts` exports as `eventSources`: dead letters of them can be
 * read, tried and sent back.
 *
 * @throws CommandError if the file cannot be imported
 */
export const importEventSources = async (file: string): Promise<readonly EventSource[]> => {
  const { eventSources = [] } = await importFile(file, relative(process.cwd(), file))
  return eventSources as readonly EventSource[] // redrive checks them
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
