import { loaderOf } from '@lpipe/system/tools'
import { CommandError } from './command-error.ts'
import { configurationFile } from './configuration.ts'
import { importSystem } from './load-system.ts'

/** A Lambda handler. */
export type Handler = (event: never, context: never) => unknown

/**
 * Imports the handler of a Lambda of the system, with the environment variables that the system names.
 *
 * @param config the file that describes the system. Default: the nearest one
 * @param lambda the name of the function. Default: the system's only one
 * @throws CommandError if the system has no such function
 */
export const loadHandler = async (config: string | undefined, lambda: string | null): Promise<Handler> => {
  const system = await importSystem(configurationFile(config))
  const functions = system.functions ?? {}
  const names = Object.keys(functions)
  const name = lambda ?? (names.length === 1 ? names[0] : undefined)
  const fn = name === undefined ? undefined : functions[name]
  if (name === undefined || fn === undefined) {
    const which =
      lambda === null
        ? 'The dead letter does not say which Lambda it is for'
        : `The system has no function \`${lambda}\``
    throw new CommandError(`${which}. Name one of its functions with --function: ${names.join(', ')}`)
  }
  Object.assign(process.env, fn.environment)
  const { handler } = await loaderOf(system)(name)
  return handler as Handler
}
