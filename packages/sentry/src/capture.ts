import type { Batch, Message } from '@lpipe/core'
import { errorOf, ignoreRejection, isSkipped, isThenable, log, quantity, toPromise } from '@lpipe/core/middleware'
import { createRecapture, isAlreadyCaptured } from './already-captured.ts'
import { captureInvocation, captureMessage } from './event.ts'
import { flushInTime } from './flush.ts'
import type { Loaded } from './loader.ts'

/** Options of the capture, with their defaults. */
export interface CaptureOptions {
  readonly includeKwargs: boolean
  readonly shouldCapture: (error: unknown, message: Message) => boolean
  readonly flushMillis: number
}

/** Makes events of errors, and flushes them. Nothing that the SDK does changes an outcome: it is logged. */
export interface Capture {
  /** Returns the messages that become events. A message is returned once. */
  readonly uncaptured: (batch: Batch) => readonly Message[]
  /** Captures the errors of messages. */
  readonly messages: (loaded: Loaded, batch: Batch, messages: readonly Message[]) => Promise<void>
  /** Captures what an invocation throws, and the errors of messages that ended before their outcomes were final. */
  readonly invocation: (loaded: Loaded, batch: Batch, error: unknown) => Promise<void>
}

/** Most events between two flushes: the SDK drops events when more than 30 (version 7) or 64 wait to be sent. */
const maxEvents = 25

/** Makes the capture of one `sentry()`: it remembers the messages that became events. */
export const createCapture = ({ includeKwargs, shouldCapture, flushMillis }: CaptureOptions): Capture => {
  const returned = new WeakSet<Message>()
  const allowRecapture = createRecapture()

  const isWanted = (batch: Batch, message: Message): boolean => {
    try {
      const wanted: unknown = shouldCapture(errorOf(message), message)
      if (isThenable(wanted)) ignoreRejection(toPromise(wanted))
      return Boolean(wanted)
    } catch (error) {
      log(batch, 'warn', 'sentry: `shouldCapture` threw', { error })
      return true
    }
  }

  const uncaptured = (batch: Batch): readonly Message[] =>
    batch.received.filter((message) => {
      if (message.result?.status !== 'rejected' || returned.has(message) || isSkipped(errorOf(message))) return false
      returned.add(message)
      return isWanted(batch, message)
    })

  /** @returns whether it became an event */
  const tryCapture = (batch: Batch, error: unknown, capture: () => void): boolean => {
    try {
      allowRecapture(error)
      capture()
      return true
    } catch (reason) {
      log(batch, 'warn', 'sentry: could not capture an error', { error: reason })
      return false
    }
  }

  const captureOne = ({ sdk, scopes }: Loaded, batch: Batch, message: Message): boolean =>
    tryCapture(batch, errorOf(message), () =>
      scopes.enter(message, () => captureMessage(sdk, batch, message, includeKwargs)),
    )

  /** Captures errors, and flushes often enough that the SDK drops none. */
  const captureAll = async (
    loaded: Loaded,
    batch: Batch,
    messages: readonly Message[],
    captureThrown?: () => boolean,
  ): Promise<void> => {
    const end = performance.now() + flushMillis
    for (let first = 0; first === 0 || first < messages.length; first += maxEvents) {
      const captured = messages.slice(first, first + maxEvents).filter((message) => captureOne(loaded, batch, message))
      const isThrown = first === 0 && captureThrown?.() === true
      if (captured.length === 0 && !isThrown) continue
      // The first flush has all of the time.
      const millis = first === 0 ? flushMillis : end - performance.now()
      if (await flush(loaded.sdk, batch, millis)) continue
      const lost = messages.length - first - maxEvents
      if (lost > 0) {
        log(batch, 'warn', `sentry: ${quantity(lost, 'error')} did not become events, because the time was up`)
      }
      return
    }
  }

  return {
    uncaptured,
    messages: captureAll,
    invocation: (loaded, batch, error) =>
      captureAll(
        loaded,
        batch,
        uncaptured(batch),
        () =>
          !isAlreadyCaptured(batch, error) &&
          tryCapture(batch, error, () => captureInvocation(loaded.sdk, batch, error)),
      ),
  }
}

/** @returns whether all events were sent in time */
const flush = async (sdk: Loaded['sdk'], batch: Batch, millis: number): Promise<boolean> => {
  try {
    if (await flushInTime(sdk, batch, millis)) return true
    log(batch, 'warn', 'sentry: could not send all events in time')
  } catch (error) {
    log(batch, 'warn', 'sentry: could not flush the events', { error })
  }
  return false
}
