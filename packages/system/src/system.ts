import { createLoader, type Loader } from './load.ts'
import { checkSystem } from './options/check-system.ts'
import type {
  CheckedOptions,
  FedOptions,
  HandlerOptions,
  LoadOptions,
  SystemFunction,
  SystemQueue,
  SystemStream,
  SystemTopic,
} from './options/types.ts'
import type { CheckedModules } from './promises.ts'

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
  readonly topics: Readonly<Record<string, SystemTopic>>
  readonly functions: Readonly<Record<N, SystemFunction>>
  readonly [loader]: Loaded
}

/**
 * Options of `system()`.
 *
 * @param M the modules of the handlers, by function
 * @param N the names of the sources, by function
 * @param H the names of the handlers, by function
 * @param T the names of the topics that deliver to a queue, by queue
 */
export interface SystemOptions<
  M extends object = Readonly<Record<string, object>>,
  N extends object = Readonly<Record<string, string>>,
  H extends object = Readonly<Record<string, string>>,
  T extends object = Readonly<Record<string, string>>,
> {
  /** the SQS queues by name */
  readonly queues?: Readonly<Record<string, SystemQueue>> & { readonly [Q in keyof T]: SystemQueue<T[Q] & string> }
  /** the Kinesis streams by name */
  readonly streams?: Readonly<Record<string, SystemStream>>
  /** the SNS topics by name */
  readonly topics?: Readonly<Record<string, SystemTopic>>
  /** the Lambda functions by name */
  readonly functions?: { readonly [F in keyof M]: LoadOptions<M[F]> } & {
    readonly [F in keyof N]: FedOptions<N[F] & string>
  } & { readonly [F in keyof H]: HandlerOptions<H[F] & string> }
}

/**
 * Describes several Lambdas with their queues, streams and topics: which Lambda is fed by what. The compiler checks what a queue
 * promises, its path and its contract, against the paths of the Lambda that it feeds. The same description runs on a laptop
 * (`localPipeline()` of `@lpipe/local`), is checked (`check()`) and drawn (`toMermaid()`, `toSvg()`).
 *
 * @param options `queues`, `streams`, `topics` and `functions`, by name. Times are in seconds
 * @throws InvalidConfigurationError for an option that is unknown or wrong, or that AWS would refuse, with the place and the fix
 * @example
 * export default system({
 *   queues: { orders: { visibilityTimeout: 180, deadLetter: { queue: 'orders-dead', maxReceiveCount: 5 } }, 'orders-dead': {} },
 *   functions: {
 *     orders: { load: () => import('./orders.ts'), source: { queue: 'orders', batchSize: 10 }, timeout: 30, memory: 256 },
 *   },
 * })
 */
export const system = <
  const M extends CheckedModules<M, N, H, T>,
  const N extends object,
  const H extends object,
  const T extends object,
>(
  options: SystemOptions<M, N, H, T>,
): System<keyof M & string> => {
  checkSystem(options as CheckedOptions)
  const { queues = {}, streams = {}, topics = {} } = options
  const functions = (options.functions ?? {}) as Readonly<Record<keyof M & string, SystemFunction>>
  return Object.freeze({ queues, streams, topics, functions, [loader]: { functions, load: createLoader(functions) } })
}

/** Whether a value was made by `system()`. */
export const isSystem = (value: unknown): value is System =>
  typeof (value as Partial<System> | null | undefined)?.[loader]?.load === 'function'

/** Returns the loader of a system, or a new one for options that are not a system, or whose functions replace those of a system. */
export const loaderOf = (options: CheckedOptions): Loader => {
  const { functions = {} } = options
  return isSystem(options) && options[loader].functions === functions ? options[loader].load : createLoader(functions)
}
