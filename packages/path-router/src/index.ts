import { type AnyFunction, FailCatastrophically, type State } from '@lpipe/core'
import {
  type BatchMessage,
  checkOptions,
  createPayload,
  enterMiddleware,
  finishesWithin,
  graphChannel,
  type InvocationBatch,
  invalidConfiguration,
  isThenable,
  processMessages,
  type Rule,
} from '@lpipe/core/middleware'
import type { Request } from '@middy/core'
import type { Called } from './edges/entry.ts'
import type { Named } from './edges/path-names.ts'
import { createGraph, entryPath, resolvePath } from './graph.ts'
import type { GraphMiddleware } from './known-graph.ts'
import type { Paths } from './paths.ts'
import { runMessage } from './run.ts'
import { chainOf, type RunContext } from './run-context.ts'

export type { WithGraph } from '@lpipe/core/middleware'
export type { GraphMiddleware, KnownGraph } from './known-graph.ts'
export type { PathDefinition, Paths } from './paths.ts'

/** Options of `pathRouter()`. */
export interface PathRouterOptions<
  P extends Paths<P> = Paths,
  C extends AnyFunction = AnyFunction,
  D extends string = string,
  E extends string = string,
> {
  /** The one function for every message. */
  readonly call?: Called<C>
  /** The graph: names of paths, each with its actions or functions. */
  readonly paths?: P
  /** The path of every message, whose whole body then is the kwargs. */
  readonly defaultPath?: Named<D, P>
  /** The paths that messages may name. Default: all. Payloads and actions may name every path. */
  readonly entries?: readonly Named<E, P>[]
  /** Most paths that one message may enter. Default: 1,000. */
  readonly maxSteps?: number
  /**
   * Most ordering groups that run at the same time. Default: 1. A group is an SQS FIFO message group, a Kinesis or DynamoDB
   * Streams batch, a Kafka partition, or any other message.
   */
  readonly concurrency?: number
  /**
   * After a failure in a Kinesis or DynamoDB Streams batch: `stop` (default) fails the rest untried, `continue` tries it all the
   * same.
   */
  readonly onStreamFailure?: 'stop' | 'continue'
  /**
   * Milliseconds reserved at the end of the invocation for sends and the response: nothing new starts in them. Default:
   * 1,000, at most a fifth of the time. At most half of the time.
   */
  readonly reserveMillis?: number
  /**
   * Called once for each invocation, before its first message: makes what its functions share in `state.values`, for example
   * clients. If it throws, or has not finished when the reserve begins, the invocation throws, so that the batch stays on its queue.
   */
  readonly init?: (state: State) => void | Promise<void>
}

/** The rules of its options. */
export const pathRouterRules = {
  call: 'function',
  paths: 'object',
  defaultPath: 'string',
  entries: 'array',
  maxSteps: 'count',
  concurrency: 'count',
  onStreamFailure: ['stop', 'continue'],
  reserveMillis: 0,
  init: 'function',
} as const satisfies Record<keyof PathRouterOptions, Rule>

/**
 * Runs a directed graph for each message: finds its path, validates the kwargs with the signatures of an action's functions,
 * runs the functions, then the action's paths, then its queues. A handler of the user's takes precedence.
 *
 * @throws InvalidConfigurationError, when made, for a graph that is wrong, with the path, the action and the fix
 * @example
 * middy().use([
 *   batchResponse(), errorClassifier(), batchDecoder(), messageNormalizer(), payloadChain(),
 *   pathRouter({ paths: { ORDER: [charge, ship] } }),
 * ])
 */
export const pathRouter = <
  const P extends Paths<P> = Paths,
  C extends AnyFunction = AnyFunction,
  const D extends string = never,
  const E extends string = never,
>(
  options: PathRouterOptions<P, C, D, E>,
): GraphMiddleware<P, C, D, E> => {
  checkOptions('pathRouter', options, pathRouterRules)
  const { maxSteps = 1000, concurrency = 1, onStreamFailure, reserveMillis, init } = options
  const graph = createGraph(options as unknown as PathRouterOptions)
  graphChannel.publish({ by: 'pathRouter', options })
  const paths = options.paths ?? {}
  const pathNames: ReadonlySet<string> = new Set(Object.keys(paths))
  const warned = new Set<unknown>()

  /** A message begins on the graph's own start, if it has one, otherwise on the path that it names. */
  const prepare = (message: BatchMessage): void => {
    const { payload } = message
    if (payload === undefined) invalidConfiguration('pathRouter: requires messageNormalizer() before it')
    if (graph.start === undefined && payload.path === undefined) {
      invalidConfiguration('pathRouter: `paths` without `defaultPath` requires messageNormalizer({ basic: false })')
    }
    const { name } = graph.start ?? entryPath(graph, payload.path as string)
    if (name !== payload.path) {
      message.payload = createPayload(name, undefined, payload.kwargs, payload.eventSource)
    }
  }

  return {
    before: function pathRouterBefore(request: Request<unknown, unknown>): void | Promise<void> {
      const batch = enterMiddleware(request, 'pathRouter', 'batchDecoder', 'messageNormalizer')
      if (graph.hasQueues) chainOf(batch)
      if (reserveMillis !== undefined) batch.deadline.reserve(reserveMillis)
      const { event, context, source } = batch
      const state: State = Object.freeze({ event, context, paths, batch, values: new Map() })
      const runContext: RunContext = { batch, graph, maxSteps, state, signal: batch.abort.signal, warned }
      batch.use({
        prepare,
        continueAfterFailure: onStreamFailure === 'continue' && source?.reports === 'first',
        router: {
          pathNames,
          check: (message, { path }) => void resolvePath(graph, path, message),
          run: (message, payload) => runMessage(runContext, message as BatchMessage, payload, false),
          runAll: () =>
            processMessages(batch, {
              // Its caller has just checked the deadline, unless a `wrapMessage` hook has waited since.
              run: (message) => runMessage(runContext, message, message.payload as never, !batch.isObserved),
              concurrency,
            }),
        },
      })
      const started: unknown = init?.(state)
      // A value of its own is not returned, because middy would end the request with it.
      return isThenable(started) ? waitForInit(batch, started) : undefined
    },
  }
}

/** @throws whatever `init` rejects with, or FailCatastrophically if it has not finished when the reserve begins */
const waitForInit = async ({ deadline }: InvocationBatch, init: PromiseLike<unknown>): Promise<void> => {
  if (await finishesWithin(init, deadline.remainingMillis() - deadline.reserveMillis)) return
  throw new FailCatastrophically('pathRouter: `init` did not finish in time')
}
