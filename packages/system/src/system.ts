import { createLoader, type Loader } from './load.ts'
import { checkSystem } from './options/check-system.ts'
import type { CheckedOptions, SystemFunction, SystemOptions, SystemQueue, SystemStream } from './options/types.ts'

const loader: unique symbol = Symbol.for('@lpipe/system:loader') as never

/** Several Lambdas with their queues and streams. Plain data, except that it remembers the handlers that it has imported. */
export interface System {
  readonly queues: Readonly<Record<string, SystemQueue>>
  readonly streams: Readonly<Record<string, SystemStream>>
  readonly functions: Readonly<Record<string, SystemFunction>>
  readonly [loader]: Loader
}

/**
 * Describes several Lambdas with their queues and streams: which Lambda is fed by what. The same description runs on a laptop
 * (`localPipeline()` of `@lpipe/local`), is checked (`check()`) and drawn (`toMermaid()`, `toSvg()`).
 *
 * @param options `queues`, `streams` and `functions`, by name. Times are in seconds
 * @throws InvalidConfigurationError for an option that is unknown or wrong, or that AWS would refuse, with the place and the fix
 * @example
 * export default system({
 *   queues: { orders: { visibilityTimeout: 180, deadLetter: { queue: 'orders-dead', maxReceiveCount: 5 } }, 'orders-dead': {} },
 *   functions: {
 *     orders: { load: () => import('./orders.ts'), source: { queue: 'orders', batchSize: 10 }, timeout: 30, memory: 256 },
 *   },
 * })
 */
export const system = (options: SystemOptions): System => {
  checkSystem(options)
  const { queues = {}, streams = {}, functions = {} } = options
  return Object.freeze({ queues, streams, functions, [loader]: createLoader(functions) })
}

/** Whether a value was made by `system()`. */
export const isSystem = (value: unknown): value is System =>
  typeof (value as Partial<System> | null | undefined)?.[loader] === 'function'

/** Returns the loader of a system, or a new one for options that are none. */
export const loaderOf = (options: CheckedOptions): Loader =>
  isSystem(options) ? options[loader] : createLoader(options.functions ?? {})
