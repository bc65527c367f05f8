import { createLoader, type Loader } from './load.ts'
import { checkSystem } from './options/check-system.ts'
import type { CheckedOptions, SystemFunction, SystemOptions, SystemQueue, SystemStream } from './options/types.ts'

const loader: unique symbol = Symbol.for('@lpipe/system:loader') as never

/** The loader of a system, with the functions that it loads. */
interface Loaded {
  readonly functions: object
  readonly load: Loader
}

/** Several Lambdas with their queues and streams. Plain data, except that it remembers the handlers that it has imported. */
export interface System<N extends string = string> {
  readonly queues: Readonly<Record<string, SystemQueue>>
  readonly streams: Readonly<Record<string, SystemStream>>
  readonly functions: Readonly<Record<N, SystemFunction>>
  readonly [loader]: Loaded
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
export const system = <const N extends string = never>(options: SystemOptions<N>): System<N> => {
  checkSystem(options)
  const { queues = {}, streams = {} } = options
  const functions = options.functions ?? ({} as Readonly<Record<N, SystemFunction>>)
  return Object.freeze({ queues, streams, functions, [loader]: { functions, load: createLoader(functions) } })
}

/** Whether a value was made by `system()`. */
export const isSystem = (value: unknown): value is System =>
  typeof (value as Partial<System> | null | undefined)?.[loader]?.load === 'function'

/** Returns the loader of a system, or a new one for options that are none, or whose functions replace those of a system. */
export const loaderOf = (options: CheckedOptions): Loader => {
  const { functions = {} } = options
  return isSystem(options) && options[loader].functions === functions ? options[loader].load : createLoader(functions)
}
