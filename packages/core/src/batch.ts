import type { Context } from 'aws-lambda'
import { misconfigured } from './errors.ts'
import { type FunctionLogger, jsonLogger, type Logger } from './logger.ts'
import { type Message, waits } from './message.ts'
import type { Payload } from './payload.ts'
import type { Post } from './post.ts'
import type { Queue } from './queue.ts'
import type { Kwargs } from './values.ts'

/** Where an event came from. */
export type Source = 'sqs' | 'kinesis' | 'raw'

/** What the path router offers the other middlewares. */
export interface Router {
  /** @throws InvalidPathError if the payload's path does not exist */
  readonly check: (payload: Payload) => void
  /** Runs a payload for a path, and all that it leads to. It fulfils with the message's output. */
  readonly run: (message: Message, payload: Payload) => Promise<unknown>
  /** Runs all messages that wait. */
  readonly runAll: () => Promise<void>
}

/** What the payload chain offers the other middlewares. */
export interface Chain {
  /** @throws InvalidPathError or InvalidConfigurationError if one of the payloads leads nowhere */
  readonly check: (payloads: readonly Payload[]) => void
  /**
   * Keeps something to send until the message's walk is over.
   *
   * @throws FailCatastrophically if it can never be sent
   */
  readonly hold: (message: Message, queue: Queue, kwargs: unknown) => void
  /** The walk is over: what the message holds is handed to its senders, or forgotten if it failed. */
  readonly release: (message: Message) => void
  /** what the invocation sends, if it sends anything */
  post: Post | undefined
  /** Opens it: a queue does. */
  readonly open: (queue: Queue) => Post
}

/** What the senders of an invocation did. */
export interface Tally {
  /** entries that were accepted */
  sent: number
  /** entries that were given up */
  refused: number
  /** calls to queues, retries counted */
  calls: number
}

/** One invocation's messages, and what the middlewares offer each other for them. */
export interface Batch<K = Kwargs> {
  readonly event: unknown
  readonly context: Context
  /** undefined until the event was decoded */
  source: Source | undefined
  /** one message for each record, in order, well-formed or not */
  received: Message<K>[]
  /** those of them that wait to be handled: what is malformed is not among them */
  readonly messages: readonly (Message<K> & { readonly payload: Payload<K> })[]
  /** what an error means for its message; by default that it stays on its queue */
  classify: (error: unknown) => 'dropped' | 'failed'
  /** milliseconds kept at the end of the invocation to deliver and to answer; nothing new is started in them */
  reserveMillis: number
  /** whether a stream's batch goes on after a failure */
  keepGoing: boolean | undefined
  /** lanes in which a message failed, with the first such message */
  readonly broken: Map<string, Message>
  /** milliseconds until Lambda ends the invocation; Infinity if nobody knows */
  readonly left: () => number
  router: Router | undefined
  chain: Chain | undefined
  logger: Logger
  readonly tally: Tally
  /** ends what `lpipe:batch` tells, if anybody listens: called once, with the answer or with a promise that rejects */
  trace: ((answer: unknown) => void) | undefined
  /** when the batch was made, by `performance.now()` */
  readonly started: number
  /** runs each message's walk, for whoever gives it surroundings of its own: it must call `walk`, once, and return its promise */
  around: (message: Message, walk: () => Promise<unknown>) => Promise<unknown>
  /** what is to be done when all outcomes are final, before Lambda is answered: see `endBatch` */
  readonly endings: (() => unknown)[]
  /** whether batchResponse() ends the batch, when all else is done; else the classifier does */
  endsWithResponse: boolean | undefined
}

/** The Lambda context with the batch on it, for a handler of one's own. */
export type LpipeContext<K = Kwargs> = Context & { readonly lpipe: Batch<K> }

/** What an invocation is about, for a function that needs more than its kwargs. Read-only. */
export interface State {
  readonly event: unknown
  readonly context: Context
  readonly paths: Readonly<Record<string, unknown>>
  readonly batch: Batch
}

/** A function's second argument. */
export interface Call {
  /** the payload that runs it */
  readonly payload: Payload<Kwargs>
  readonly state: State
  readonly logger: FunctionLogger
  /** the Lambda context */
  readonly context: Context
  /** aborted when the invocation's time is nearly over */
  readonly signal: AbortSignal
}

/** The part of a middy request that lpipe uses. */
export interface LpipeRequest {
  event: unknown
  context: Context
  // biome-ignore lint/suspicious/noConfusingVoidType: middy's own type
  response: unknown | void
  internal: Record<string, unknown>
}

/** The one place in `request.internal` where a batch lives. */
const place = 'lpipe'

/** A class, for a getter on each new object would cost as much as all the rest of it. */
class OneBatch implements Batch {
  readonly event: unknown
  readonly context: Context
  readonly broken = new Map<string, Message>()
  declare source: Source | undefined
  received: Message[] = []
  declare router: Router | undefined
  declare chain: Chain | undefined
  declare trace: Batch['trace']
  readonly endings: Batch['endings'] = []
  logger: Logger
  declare keepGoing: boolean | undefined
  declare endsWithResponse: boolean | undefined
  readonly tally: Tally = { sent: 0, refused: 0, calls: 0 }
  readonly started = performance.now()
  reserveMillis: number

  constructor(event: unknown, context: Context) {
    this.event = event
    this.context = context
    this.logger = jsonLogger(context.awsRequestId)
    this.reserveMillis = Math.min(1000, this.left() / 5) // short functions keep less
  }

  get messages(): Batch['messages'] {
    return this.received.filter(waits) as unknown as Batch['messages']
  }

  left(): number {
    const millis = this.context.getRemainingTimeInMillis?.()
    return Number.isFinite(millis) ? millis : Infinity
  }

  /** Without a classifier every error keeps its message on the queue. */
  classify(_error: unknown): 'dropped' | 'failed' {
    return 'failed'
  }

  around(_message: Message, walk: () => Promise<unknown>): Promise<unknown> {
    return walk()
  }

  /** It holds the context that holds it: a log of the context goes without. */
  toJSON(): void {}
}

/** The batch of this invocation, if it has one: for what runs after an error. */
export const peekBatch = ({ internal }: Pick<LpipeRequest, 'internal'>): Batch | undefined =>
  internal[place] as Batch | undefined

/** Makes the batch of this invocation, if it has none yet: for the decoder, and for what stands before it. */
export const openBatch = (request: LpipeRequest): Batch => {
  const present = peekBatch(request)
  if (present !== undefined) return present
  const batch = new OneBatch(request.event, request.context)
  request.internal[place] = batch
  ;(request.context as { lpipe?: Batch }).lpipe = batch
  return batch
}

/**
 * The batch of this invocation, its event decoded.
 *
 * @throws InvalidConfigurationError if no decoder ran: an empty batch would be taken for a batch that is done
 */
export const batchOf = (request: LpipeRequest): Batch => {
  const batch = peekBatch(request)
  if (batch?.source !== undefined) return batch
  return misconfigured('lpipe: to read the event, it needs batchDecoder() before it')
}
