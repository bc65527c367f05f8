import type { Queue } from './queue.ts'

declare const graph: unique symbol

/**
 * What the type of a middleware says about the graph of its handler: `lpipe()` and `pathRouter()` put it there, and middy keeps it in
 * the type of the handler, so that `system()` can compare what a queue promises with the paths of its receiver. No value has it.
 */
export type WithGraph<G> = { readonly [graph]?: G }

/** The graph of a handler, as far as its type is known. */
export interface HandlerGraph {
  /** What the functions of each path accept: a union of tuples of one type each. */
  readonly accepts: object
  /** The queues that its actions and functions send to. */
  readonly sends: Queue
  /** The path of every message; never if messages name their paths. */
  readonly start: string
  /** The paths that messages may name; never if they may name all. */
  readonly entries: string
}

/** The graph of a handler made with middy, whatever its version; unknown if its type has none. */
export type GraphOf<H> = H extends { readonly before: (middleware: (request: infer R) => never) => unknown }
  ? R extends { readonly internal: WithGraph<infer G> }
    ? G
    : unknown
  : unknown
