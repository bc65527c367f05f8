import {
  type AnyFunction,
  batchOf,
  checkOptions,
  forEachWaiting,
  type Message,
  type Rule,
  resultsOf,
  type State,
} from '@lpipe/core'
import type { MiddlewareObj, Request } from '@middy/core'
import { makeGraph } from './graph.ts'
import type { Paths } from './paths.ts'
import { runBatch } from './run.ts'
import { chainOf, noPayload, resolve, type Walker, walk } from './walk.ts'

export type { PathDefinition, Paths } from './paths.ts'

export interface PathRouterOptions<P extends Paths<P> = Paths> {
  /** the one function for every message */
  readonly call?: AnyFunction
  /** the graph: names of paths, each with its actions or functions */
  readonly paths?: P
  /** the path of every message, whose whole body then is the kwargs */
  readonly defaultPath?: string
  /** the most paths that one message may enter; default 1,000 */
  readonly maxSteps?: number
  /** the most lanes that run at once; default 1. A lane is a FIFO message group, a Kinesis batch, or any other message */
  readonly concurrency?: number
  /** after a failure in a Kinesis batch: `stop` (default) fails the rest untried, `continue` tries it all the same */
  readonly onStreamFailure?: 'stop' | 'continue'
  /**
   * milliseconds kept at the end of the invocation to send and to answer: nothing new is started in them. Default
   * 1,000, or a fifth of the time if that is less
   */
  readonly reserveMillis?: number
}

/** The rules of its options. */
export const pathRouterRules = {
  call: 'a function',
  paths: 'an object',
  defaultPath: 'text',
  maxSteps: 1,
  concurrency: 1,
  onStreamFailure: ['stop', 'continue'],
  reserveMillis: 0,
} as const satisfies Record<keyof PathRouterOptions, Rule>

/**
 * Runs a directed graph for each message: finds its path, checks the signatures of an action's functions, runs them,
 * then the action's paths, then its queues. Stays out of the way if the base handler answers.
 *
 * @throws InvalidConfigurationError, when made, for a graph that is wrong, with the path, the action and the cure
 */
export const pathRouter = <const P extends Paths<P>>(
  options: PathRouterOptions<P>,
): MiddlewareObj<unknown, unknown> => {
  checkOptions('pathRouter', options, pathRouterRules)
  const { maxSteps = 1000, concurrency = 1, onStreamFailure, reserveMillis } = options
  const graph = makeGraph(options as PathRouterOptions)
  const paths = options.paths ?? {}

  /** Each message begins on the graph's own start, if it has one, else on the path that it names. */
  const route = (message: Message): void => {
    const payload = message.payload ?? noPayload()
    const { name } = graph.start ?? resolve(graph, payload.path)
    if (name !== payload.path) message.payload = { ...payload, path: name }
  }

  return {
    before: function pathRouterBefore(request: Request<unknown, unknown>): void {
      const batch = batchOf(request)
      if (graph.sends) chainOf(batch)
      const { event, context } = batch
      const state: State = Object.freeze({ event, context, paths, batch })
      const abort = new AbortController()
      const walker: Walker = { batch, graph, maxSteps, state, context, signal: abort.signal }
      batch.router = {
        check: ({ path }) => void resolve(graph, path),
        run: (message, payload) => walk(walker, message, payload),
        runAll: () => runBatch(walker, concurrency, abort),
      }
      batch.keepGoing = onStreamFailure === 'continue' && batch.source === 'kinesis'
      if (reserveMillis !== undefined) batch.reserveMillis = reserveMillis
      forEachWaiting(batch, route)
    },

    after: async function pathRouterAfter(request: Request<unknown, unknown>): Promise<void> {
      if (request.response !== undefined) return
      const batch = batchOf(request)
      await batch.router?.runAll()
      request.response = resultsOf(batch)
    },
  }
}
