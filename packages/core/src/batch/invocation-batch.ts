import type { Context } from 'aws-lambda'
import type { EventSource } from '../adapters/event-source.ts'
import {
  type Disposition,
  describeError,
  dispositionOf,
  FailCatastrophically,
  invalidConfiguration,
  isUndeliverable,
} from '../language/errors.ts'
import { createPayload, type Payload } from '../language/payload.ts'
import { ignoreRejection, isThenable, type Kwargs, notPromise, toPromise } from '../values.ts'
import type { Batch, BatchHooks, Chain, LpipeRequest, MiddlewareName, Router, SendCounters } from './batch.ts'
import { messageChannel } from './channels.ts'
import { finishesWithin, InvocationDeadline } from './deadline.ts'
import { jsonLogger, type Logger, log } from './logger.ts'
import { type BatchMessage, isPending, type Message } from './message.ts'
import { engineError, reject } from './results.ts'

/** The member of `request.internal` that holds the batch. */
const member = 'lpipe'

/** What an event holds. */
export interface Received {
  readonly source: EventSource
  readonly messages: readonly BatchMessage[]
  /** A stand-in for each record in which an envelope found no message. Default: none. */
  readonly emptyRecords?: readonly BatchMessage[]
}

const noMessages: readonly BatchMessage[] = Object.freeze([])

/** A class, because a getter on each new object would cost as much as the rest of it. */
export class InvocationBatch implements Batch {
  readonly event: unknown
  readonly context: Context
  readonly deadline: InvocationDeadline
  readonly failedGroups: ReadonlyMap<string, Message> = new Map()
  readonly sendCounters: SendCounters = { sent: 0, failed: 0, calls: 0 }
  readonly startedAt = performance.now()
  /** Aborted when the reserve begins: running functions see its signal. */
  readonly abort = new AbortController()
  #received: Received | undefined
  readonly #entered: MiddlewareName[] = []
  readonly #prepare: NonNullable<BatchHooks['prepare']>[] = []
  readonly #finish: NonNullable<BatchHooks['finish']>[] = []
  #background: PromiseLike<unknown>[] = []
  #logger: Logger | undefined
  #classify: BatchHooks['classify'] | undefined
  #wrapMessage: BatchHooks['wrapMessage'] | undefined
  #router: Router | undefined
  #chain: Chain | undefined
  #deadLetterLabel: string | undefined
  #continuesAfterFailure = false
  #emptyPayload: Payload<Kwargs> | undefined
  #settleEnd: ((result: PromiseSettledResult<unknown>) => void) | undefined

  constructor(event: unknown, context: Context) {
    this.event = event
    this.context = context
    this.deadline = new InvocationDeadline(context, this.startedAt)
  }

  /** Takes what the event holds. */
  receive(received: Received): void {
    this.#received = received
  }

  get source(): EventSource | undefined {
    return this.#received?.source
  }

  get received(): readonly BatchMessage[] {
    return this.#received?.messages ?? noMessages
  }

  get emptyRecords(): readonly BatchMessage[] {
    return this.#received?.emptyRecords ?? noMessages
  }

  get messages(): Batch['messages'] {
    for (const message of this.received) this.prepare(message)
    return this.received.filter(isPending) as unknown as Batch['messages']
  }

  /** The names of the middlewares whose `before` has run. */
  get entered(): readonly MiddlewareName[] {
    return this.#entered
  }

  /** Called by `enterMiddleware()`, which checks the order. */
  enter(name: MiddlewareName): void {
    this.#entered.push(name)
  }

  get router(): Router | undefined {
    return this.#router
  }

  get chain(): Chain | undefined {
    return this.#chain
  }

  get deadLetterLabel(): string | undefined {
    return this.#deadLetterLabel
  }

  get continuesAfterFailure(): boolean {
    return this.#continuesAfterFailure
  }

  get logger(): Logger {
    this.#logger ??= jsonLogger(this.context.awsRequestId)
    return this.#logger
  }

  use({
    prepare,
    wrapMessage,
    classify,
    logger,
    router,
    chain,
    deadLetter,
    continueAfterFailure,
    finish,
  }: BatchHooks): void {
    if (prepare !== undefined) this.#prepare.push(prepare)
    if (finish !== undefined) this.#finish.push(finish)
    if (wrapMessage !== undefined) this.#wrapMessage = nest(this.#wrapMessage, wrapMessage)
    if (classify !== undefined) this.#classify = once('classify', this.#classify, classify)
    if (logger !== undefined) this.#logger = once('logger', this.#logger, logger)
    if (router !== undefined) this.#router = once('router', this.#router, router)
    if (chain !== undefined) this.#chain = once('chain', this.#chain, chain)
    if (deadLetter !== undefined) this.#deadLetterLabel = deadLetter
    if (continueAfterFailure !== undefined) this.#continuesAfterFailure = continueAfterFailure
  }

  classify(error: unknown, message?: Message): Disposition {
    // Kept in the dead-letter queue, because failed again and again it would block its group for ever.
    // mutant: undeliverable-in-group
    if (this.#deadLetterLabel !== undefined && message?.group !== undefined && isUndeliverable(error)) return 'dropped'
    return this.#classify?.(error) === 'dropped' ? 'dropped' : 'failed'
  }

  /** Decodes, normalizes and routes a message, once. A message that cannot be prepared ends with the error. */
  prepare(message: BatchMessage): void {
    if (message.prepared) return
    message.prepared = true
    try {
      const hooks = this.#prepare
      for (let index = 0; index < hooks.length; index += 1) notPromise(hooks[index]?.(message), '`prepare`')
    } catch (error) {
      // mutant: error-of-prepare
      reject(this, message, engineError(error))
    }
  }

  /**
   * Forgets the body and the kwargs of a message that needs them no more: those of a whole batch would take more memory than its
   * records. Messages of one path share the payload that stays.
   */
  forgetKwargs(message: BatchMessage, { path, eventSource }: Payload): void {
    if (this.#emptyPayload?.path !== path || this.#emptyPayload?.eventSource !== eventSource) {
      this.#emptyPayload = createPayload(path, undefined, {}, eventSource)
    }
    message.body = undefined
    message.payload = this.#emptyPayload
  }

  /** Whether a hook wraps messages, or a subscriber receives their runs. */
  get isObserved(): boolean {
    return this.#wrapMessage !== undefined || messageChannel.hasSubscribers
  }

  /** Runs a message within what the middlewares wrap around it. */
  wrap(message: Message, run: () => Promise<unknown>): Promise<unknown> {
    if (this.#wrapMessage === undefined) return run()
    return wrapped(this.#wrapMessage, message, run)
  }

  /** Calls the `finish` hooks. */
  finish(): void {
    for (const finish of this.#finish) {
      try {
        notPromise(finish(), 'it')
      } catch (error) {
        log(this, 'error', `a \`finish\` hook threw ${describeError(error)}`)
      }
    }
  }

  waitUntil(work: PromiseLike<unknown>): void {
    const logged = toPromise(work).then(undefined, (error: unknown) =>
      log(this, 'error', 'background work failed', { error }),
    )
    this.#background.push(logged)
  }

  get hasBackgroundWork(): boolean {
    return this.#background.length > 0
  }

  /** Waits for background work until the response margin begins. */
  async drainBackgroundWork(): Promise<void> {
    while (this.#background.length > 0) {
      const work = Promise.all(this.#background.splice(0))
      const millis = this.deadline.remainingMillis() - this.deadline.responseMargin
      if (await finishesWithin(work, millis)) continue
      log(this, 'warn', 'background work did not finish in time')
      return
    }
  }

  /** Fulfils with the response of the invocation, or rejects with its error: the span of the batch ends then. */
  whenEnded(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.#settleEnd = (result) => (result.status === 'fulfilled' ? resolve(result.value) : reject(result.reason))
    })
  }

  /** Ends the batch with the response of the invocation, or its error. The first end counts. */
  end(result: PromiseSettledResult<unknown>): void {
    this.#settleEnd?.(result)
  }

  /** The context holds the batch, which holds the context: a log of the context goes without. */
  toJSON(): void {}
}

/** Returns a hook's value, or refuses a second one: both would be taken for the only one. */
const once = <T>(name: string, present: T | undefined, value: T): T =>
  present === undefined || present === value
    ? value
    : invalidConfiguration(`batch.use: \`${name}\` is registered already. Is a middleware of lpipe used twice?`)

type Wrap = NonNullable<BatchHooks['wrapMessage']>

const nest = (outer: Wrap | undefined, inner: Wrap): Wrap =>
  outer === undefined ? inner : (message, run) => outer(message, () => inner(message, run))

/** A hook that throws, or does not run the message, fails it: that is not an error of the user's function. */
const wrapped = async (wrap: Wrap, message: Message, run: () => Promise<unknown>): Promise<unknown> => {
  let running: Promise<unknown> | undefined
  try {
    const wrapping = wrap(message, () => {
      running ??= run()
      ignoreRejection(running) // a hook that does not await it may take longer
      return running
    })
    if (isThenable(wrapping)) await toPromise(wrapping)
  } catch (error) {
    // mutant: error-of-wrapper
    if (running === undefined) {
      if (dispositionOf(error) === 'failed') throw error // it may ask for a delay
      throw new FailCatastrophically('a `wrapMessage` hook threw before the message ran', { cause: error })
    }
  }
  if (isThenable(running)) return running
  throw new FailCatastrophically('a `wrapMessage` hook did not run the message')
}

/** Returns the batch of an invocation, if it has one: for what runs after an error. */
export const peekBatch = ({ internal }: Pick<LpipeRequest, 'internal'>): InvocationBatch | undefined =>
  internal[member] as InvocationBatch | undefined

/** Returns the batch of an invocation. Makes it if there is none: for middlewares before `batchDecoder()`. */
export const openBatch = (request: LpipeRequest): InvocationBatch => {
  const present = peekBatch(request)
  if (present !== undefined) return present
  const batch = new InvocationBatch(request.event, request.context)
  request.internal[member] = batch
  ;(request.context as { lpipe?: Batch }).lpipe = batch
  return batch
}

/**
 * Returns the batch of an invocation whose event was read.
 *
 * @throws InvalidConfigurationError if `batchDecoder()` has not run: an empty batch would be taken for a processed one
 */
export const batchOf = (request: LpipeRequest): InvocationBatch => {
  const batch = peekBatch(request)
  if (batch?.source !== undefined) return batch
  return invalidConfiguration('lpipe: batchDecoder() has not run. Use it before this middleware')
}
