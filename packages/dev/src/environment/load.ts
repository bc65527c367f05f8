import { InvalidConfigurationError } from '@lpipe/core'
import { isSystem, type System } from '@lpipe/system/tools'

/**
 * Imports the built configuration.
 *
 * @throws InvalidConfigurationError if it exports no system
 */
export const importSystem = async (entry: string): Promise<System> => {
  const module: Readonly<Record<string, unknown>> = await import(entry)
  const system = module['default'] ?? module['system']
  if (isSystem(system)) return system
  const exports = Object.keys(module).join(', ') || 'none'
  throw new InvalidConfigurationError(
    `the configuration must have a default export made with system() of @lpipe/system (exports: ${exports})`,
  )
}
