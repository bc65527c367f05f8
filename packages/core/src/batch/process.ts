import { FailCatastrophically, SkippedError } from '../language/errors.ts'
import { quantity } from '../values.ts'
import { messageChannel } from './channels.ts'
import { finishesWithin } from './deadline.ts'
import type { InvocationBatch } from './invocation-batch.ts'
import { log } from './logger.ts'
import { type BatchMessage, isPending, type Message } from './message.ts'
import { blockedByFailure } from './ordering.ts'
import { commitRecord } from './records.ts'
import { engineError, reject, settle } from './results.ts'

/** How messages are processed. */
export interface ProcessOptions {
  /** Runs one message. Returns its output, or a promise of it. */
  readonly run: (message: BatchMessage) => unknown
  /** Most ordering groups at the same time. */
  readonly concurrency: number
}

/**
 * Processes all pending messages, the messages of a group one after another, until the reserve of the deadline begins.
 * What has not finished by then fails.
 */
export const processMessages = async (batch: InvocationBatch, options: ProcessOptions): Promise<void> => {
  const { deadline, received } = batch
  await finishesWithin(processGroups(batch, options), deadline.remainingMillis() - deadline.reserveMillis)
  const late = received.filter(isPending)
  if (late.length === 0) return
  // mutant: abort-signal
  batch.abort.abort(new SkippedError('the time of the invocation is nearly over'))
  const count = quantity(late.length, 'message')
  const fix = "Set `concurrency`, or change the function's timeout or its batch size"
  log(batch, 'warn', `${count} did not finish in time and will be delivered again. ${fix}`)
  // mutant: late-messages
  for (const message of late) reject(batch, message, latenessOf(message))
}

const latenessOf = ({ function: name }: Message): FailCatastrophically =>
  name === undefined
    ? new SkippedError('not started in time')
    : new FailCatastrophically(`not finished in time: function ${name} was still running`)

const processGroups = (batch: InvocationBatch, options: ProcessOptions): Promise<unknown> => {
  const { received } = batch
  // mutant: concurrency
  const workers = Math.min(options.concurrency, received.length)
  if (workers <= 1) return processInOrder(batch, received, options)
  // All workers share the iterator: each takes the next group.
  // mutant: order-of-groups
  const groups = Map.groupBy(received, ({ group, index }) => group ?? index).values()
  const work = async (): Promise<void> => {
    for (const group of groups) await processInOrder(batch, group, options)
  }
  return Promise.all(Array.from({ length: workers }, work))
}

const processInOrder = async (
  batch: InvocationBatch,
  messages: readonly BatchMessage[],
  { run }: ProcessOptions,
): Promise<void> => {
  const { isObserved } = batch
  for (let index = 0; index < messages.length; index += 1) {
    const message = messages[index] as BatchMessage
    if (!isPending(message)) continue
    // mutant: group-after-failure
    const error = blockedByFailure(batch, message)
    if (error !== undefined) {
      reject(batch, message, error)
      commitRecord(batch, message)
      continue
    }
    if (batch.deadline.isReserve()) return
    batch.prepare(message)
    if (isPending(message)) {
      try {
        const value = await (isObserved ? observed(batch, message, run) : run(message))
        // Otherwise the time was up meanwhile.
        // mutant: ended-too-late
        if (isPending(message)) settle(batch, message, { status: 'fulfilled', value })
      } catch (error) {
        // mutant: error-of-engine
        if (isPending(message)) reject(batch, message, message.inFunction ? error : engineError(error))
      }
    }
    commitRecord(batch, message)
  }
}

/** Runs a message within what middlewares wrap around it, and publishes it. */
const observed = (batch: InvocationBatch, message: BatchMessage, run: ProcessOptions['run']): Promise<unknown> =>
  batch.wrap(message, async () =>
    messageChannel.hasSubscribers
      ? messageChannel.tracePromise(async () => run(message), { batch, message })
      : run(message),
  )
