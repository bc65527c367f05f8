import { existsSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { CommandError } from './command-error.ts'

/** The names of the file that describes the system, in the order of preference. */
const configurationFiles = ['lpipe.config.ts', 'lpipe.config.mts', 'lpipe.config.js', 'lpipe.config.mjs']

/** Returns the nearest file that describes a system, in a folder or above; undefined if there is none. */
export const nearestConfiguration = (folder: string): string | undefined => {
  const found = configurationFiles.map((name) => resolve(folder, name)).find((file) => existsSync(file))
  if (found !== undefined || dirname(folder) === folder) return found
  return nearestConfiguration(dirname(folder))
}

/**
 * Returns the absolute path of the file that describes a system.
 *
 * @param given Default: the nearest one
 * @throws CommandError if there is no such file
 */
export const configurationFile = (given: string | undefined): string => {
  const file = given === undefined ? nearestConfiguration(process.cwd()) : resolve(given)
  if (file === undefined) {
    throw new CommandError(
      `no ${configurationFiles[0]} in ${process.cwd()} or above. Create one with \`export default system({ ... })\` of @lpipe/system, or name a file`,
    )
  }
  if (!existsSync(file)) throw new CommandError(`${relative(process.cwd(), file)}: no such file`)
  return file
}
