import { type Batch, checkOptions, isNotTried, type Message, openBatch } from '@lpipe/core'
import type { MiddlewareObj, Request } from '@middy/core'
import { captureInvocation, captureMessage } from './event.ts'
import { flushInTime } from './flush.ts'
import { checkSdk, hasDsn, loadSdk, type SentrySdk } from './sdk.ts'
import { makeSurroundings, type Surroundings } from './surroundings.ts'
import { isToldOf } from './told.ts'

export type { SentryScope, SentrySdk } from './sdk.ts'

export interface SentryOptions {
  /** the SDK: `import * as Sentry from '@sentry/aws-serverless'`; else the one that is installed is found */
  readonly sdk?: SentrySdk
  /** whether events carry their message's kwargs; default false, for they may hold what Sentry shall not see */
  readonly includeKwargs?: boolean
  /** whether an errored message becomes an event; default each does. If it throws, it does */
  readonly shouldCapture?: (error: unknown, message: Message) => boolean
  /** the longest wait, in milliseconds, until the events have left; default 2,000. The deadline shortens it */
  readonly flushMillis?: number
}

/** The SDK, and what this middleware keeps beside it. */
interface Found {
  readonly sdk: SentrySdk
  readonly surroundings: Surroundings
}

/**
 * Captures each dropped, failed or unknown error of a batch as one event in Sentry, in a scope of its own, and waits once
 * until they have left. Before or after lpipe's middlewares. Does nothing without a DSN; call `Sentry.init()` yourself.
 * Whatever Sentry does changes no outcome.
 *
 * @throws InvalidConfigurationError, when made, for an option that is wrong; at the first invocation, if no SDK is installed
 * @see https://docs.sentry.io/platforms/javascript/guides/aws-lambda/
 */
export const sentry = (options: SentryOptions = {}): MiddlewareObj<unknown, unknown> => {
  checkOptions('sentry', options, {
    sdk: 'any',
    includeKwargs: 'a boolean',
    shouldCapture: 'a function',
    flushMillis: 0,
  })
  const { includeKwargs = false, shouldCapture = () => true, flushMillis = 2000 } = options
  if (options.sdk !== undefined) checkSdk(options.sdk)

  let found: Found | undefined
  let finding: Promise<Found> | undefined
  const seen = new WeakSet<Message>()
  const captured = new WeakSet<object>()

  const make = (sdk: SentrySdk): Found => {
    found = { sdk, surroundings: makeSurroundings(sdk) }
    return found
  }
  if (options.sdk !== undefined) make(options.sdk)

  const find = (): Promise<Found> => {
    finding ??= loadSdk()
      .then(make)
      .finally(() => {
        finding = undefined // if it failed, the next invocation tries again
      })
    return finding
  }

  const wants = (batch: Batch, error: unknown, message: Message): boolean => {
    try {
      return shouldCapture(error, message)
    } catch (reason) {
      warn(batch, 'sentry: shouldCapture failed', reason)
      return true
    }
  }

  /** The SDK tells the same error object only once, which two messages may well have thrown. */
  const tellAgain = (error: unknown): void => {
    if (typeof error !== 'object' || error === null) return
    if (captured.has(error)) Reflect.deleteProperty(error, '__sentry_captured__')
    captured.add(error)
  }

  /** @returns how many messages became events */
  const captureAll = ({ sdk, surroundings }: Found, batch: Batch): number => {
    let count = 0
    for (const message of batch.received) {
      const { result } = message
      if (result?.status !== 'rejected' || seen.has(message) || isNotTried(result.reason)) continue
      seen.add(message)
      if (!wants(batch, result.reason, message)) continue
      try {
        tellAgain(result.reason)
        surroundings.of(message, () => captureMessage(sdk, batch, message, result.reason, includeKwargs))
        count += 1
      } catch (reason) {
        warn(batch, 'sentry: an error could not be captured', reason)
      }
    }
    return count
  }

  /** @returns 1 if it became an event, 0 if its messages tell of it */
  const captureThrown = ({ sdk }: Found, batch: Batch, error: unknown): number => {
    if (isToldOf(batch, error)) return 0
    try {
      tellAgain(error)
      captureInvocation(sdk, batch, error)
      return 1
    } catch (reason) {
      warn(batch, 'sentry: an error could not be captured', reason)
      return 0
    }
  }

  const flush = async ({ sdk }: Found, batch: Batch): Promise<void> => {
    try {
      if (await flushInTime(sdk, batch, flushMillis)) return
      warn(batch, 'sentry: not all events have left in time')
    } catch (reason) {
      warn(batch, 'sentry: the events could not be flushed', reason)
    }
  }

  const open = (sentry: Found, request: Request<unknown, unknown>): void => {
    if (!hasDsn(sentry.sdk)) return
    const batch = openBatch(request)
    sentry.surroundings.giveTo(batch)
    batch.endings.push(() => (captureAll(sentry, batch) > 0 ? flush(sentry, batch) : undefined))
  }

  return {
    before: function sentryBefore(request: Request<unknown, unknown>): void | Promise<void> {
      return found !== undefined ? open(found, request) : find().then((sentry) => open(sentry, request))
    },

    /** What is thrown is told here, and messages that nobody could tell of before. */
    onError: async function sentryOnError(request: Request<unknown, unknown>): Promise<void> {
      const sentry = found ?? (await find().catch(() => undefined)) // if there is none, that was thrown already
      if (sentry === undefined || !hasDsn(sentry.sdk)) return
      const batch = openBatch(request)
      const count = captureAll(sentry, batch) + captureThrown(sentry, batch, request.error)
      if (count > 0) await flush(sentry, batch)
    },
  }
}

/** A logger that throws changes no outcome either. */
const warn = (batch: Batch, text: string, error?: unknown): void => {
  try {
    batch.logger.warn(text, ...(error === undefined ? [] : [{ error }]))
  } catch {}
}
