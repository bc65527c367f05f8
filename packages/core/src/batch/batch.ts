import type { Context } from 'aws-lambda'
import type { EventSource } from '../adapters/event-source.ts'
import type { Disposition } from '../language/errors.ts'
import type { Payload } from '../language/payload.ts'
import type { Queue } from '../language/queue.ts'
import type { Kwargs } from '../values.ts'
import type { Deadline } from './deadline.ts'
import type { Logger } from './logger.ts'
import type { BatchMessage, Message } from './message.ts'

/** What the path router offers to the other middlewares. */
export interface Router {
  /** The names of the graph's paths. A payload that was not routed may name anything. */
  readonly pathNames: ReadonlySet<string>
  /** @throws InvalidPathError if the path of a payload, which a message has led to, does not exist */
  readonly check: (message: Message, payload: Payload) => void
  /** Runs a payload for a path, and everything that it leads to. Returns the message's output, or a promise of it. */
  readonly run: (message: Message, payload: Payload) => unknown
  /** Runs all pending messages. */
  readonly runAll: () => Promise<void>
}

/** What the payload chain offers to the other middlewares. */
export interface Chain {
  /** @throws InvalidPathError or InvalidConfigurationError if a payload, which a message has led to, leads nowhere */
  readonly check: (message: Message, payloads: readonly Payload[]) => void
  /**
   * Runs payloads that a message has led to, each to its end: those for queues are buffered, the others are given to `run`.
   *
   * @returns what `run` fulfilled with last
   */
  readonly follow: (
    message: Message,
    payloads: readonly Payload[],
    run: (payload: Payload) => unknown,
  ) => Promise<unknown>
  /**
   * Buffers something to send until the message ends. Returns a promise if too much waits to be sent.
   *
   * @throws UndeliverableError if it can never be sent
   */
  readonly send: (message: Message, queue: Queue, kwargs: unknown) => Promise<void> | undefined
  /** Sends what a message has buffered, or discards it if the message failed. Returns whether something is sent. */
  readonly commit: (message: Message) => boolean
  /** Runs the payloads in the results of a handler of the user's own. */
  readonly followResults: () => Promise<void>
  /** Sends the dead letters and everything that waits. Returns undefined if there is nothing. */
  readonly flush: () => Promise<void> | undefined
  /** Waits for the calls in flight, and sends nothing more. */
  readonly abandon: () => Promise<void>
}

/** Counters of the sends of an invocation. */
export interface SendCounters {
  /** Entries that were accepted. */
  sent: number
  /** Entries that were not accepted, after all retries. */
  failed: number
  /** Calls to queues, retries included. */
  calls: number
}

/** What a middleware may register for an invocation. */
export interface BatchHooks {
  /**
   * Prepares a message when it is about to run. Called once per message, in the order of registration.
   *
   * @throws the error that the message ends with
   */
  readonly prepare?: (message: BatchMessage) => void
  /** Wraps each message's run, for example in a scope of its own. It must call `run` once, and return its promise. */
  readonly wrapMessage?: (message: Message, run: () => Promise<unknown>) => Promise<unknown>
  /** Returns what an error means for its message. Only one middleware may register it. Default: every error is `failed`. */
  readonly classify?: (error: unknown) => Disposition
  /** Only one middleware may register it. Default: JSON lines. */
  readonly logger?: Logger
  readonly router?: Router
  readonly chain?: Chain
  /** The name of the dead-letter queue that keeps dropped messages, for logs. */
  readonly deadLetter?: string
  /** Whether the rest of a stream's batch is processed after a failure. */
  readonly continueAfterFailure?: boolean
  /** Called once when all outcomes are final, before the response is returned. */
  readonly finish?: () => void
}

/** The messages of one invocation, and what the middlewares offer each other for them. */
export interface Batch<K = Kwargs> {
  readonly event: unknown
  readonly context: Context
  /** Where the event came from. Undefined before `batchDecoder()` has run. */
  readonly source: EventSource | undefined
  /** All messages, in order, also those that cannot be decoded. */
  readonly received: readonly Message<K>[]
  /** The messages that are ready to be processed: decoded and normalized. For a handler of your own. */
  readonly messages: readonly (Message<K> & { readonly payload: Payload<K> })[]
  readonly deadline: Deadline
  readonly logger: Logger
  readonly sendCounters: SendCounters
  /** The ordering groups in which a message failed, each with its first failed message. */
  readonly failedGroups: ReadonlyMap<string, Message>
  readonly continuesAfterFailure: boolean
  /** The name of the dead-letter queue that keeps dropped messages. */
  readonly deadLetterLabel: string | undefined
  readonly router: Router | undefined
  readonly chain: Chain | undefined
  /** When the invocation began, in `performance.now()` milliseconds. */
  readonly startedAt: number
  /** Registers what a middleware does. @throws InvalidConfigurationError if another one has registered the same */
  readonly use: (hooks: BatchHooks) => void
  /** Returns what an error means for its message. */
  readonly classify: (error: unknown, message?: Message) => Disposition
  /** Waits for background work before the response is returned, within the deadline. Its rejection is logged. */
  readonly waitUntil: (work: PromiseLike<unknown>) => void
}

/** The Lambda context with the batch, for a handler of your own. */
export type LpipeContext<K = Kwargs> = Context & { readonly lpipe: Batch<K> }

/** The names of lpipe's middlewares. */
export type MiddlewareName =
  | 'batchResponse'
  | 'errorClassifier'
  | 'batchDecoder'
  | 'messageNormalizer'
  | 'payloadChain'
  | 'pathRouter'

/** The part of a middy request that lpipe uses. */
export interface LpipeRequest {
  event: unknown
  context: Context
  // biome-ignore lint/suspicious/noConfusingVoidType: middy's own type
  response: unknown | void
  internal: Record<string, unknown>
}
