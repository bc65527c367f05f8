import { SkippedError } from '../language/errors.ts'
import type { InvocationBatch } from './invocation-batch.ts'
import { type BatchMessage, isPending } from './message.ts'
import { reject } from './results.ts'

/**
 * Sends what the messages of a record have buffered, when the last of them has ended. If one of them failed, the record is
 * delivered again, so that the others fail too: otherwise what they send would be sent twice.
 */
export const commitRecord = (batch: InvocationBatch, message: BatchMessage): void => {
  const { received } = batch
  const { index, recordIndex } = message
  // Almost every record holds one message.
  if (received[index + 1]?.recordIndex !== recordIndex && received[index - 1]?.recordIndex !== recordIndex) {
    commit(batch, message)
    return
  }
  let end = index + 1
  // mutant: pending-in-record
  for (; received[end]?.recordIndex === recordIndex; end += 1) if (isPending(received[end] as BatchMessage)) return
  let start = index
  for (; received[start - 1]?.recordIndex === recordIndex; start -= 1) {
    if (isPending(received[start - 1] as BatchMessage)) return
  }
  const messages = received.slice(start, end)
  // mutant: failed-in-record
  failTogether(batch, messages)
  for (const one of messages) commit(batch, one)
}

/**
 * Sends what a message has buffered. If there is nothing, its kwargs are forgotten; otherwise the send may fail, and its error is
 * reported with them.
 */
const commit = (batch: InvocationBatch, message: BatchMessage): void => {
  const isSending = batch.chain?.commit(message) === true
  const { payload, result } = message
  if (isSending || payload === undefined || result?.status !== 'fulfilled') return
  batch.forgetKwargs(message, payload)
}

/** Commits the records that hold several messages: some may have ended outside of a run, or have failed with a send. */
export const commitRecords = (batch: InvocationBatch): void => {
  const { received } = batch
  for (let index = 1; index < received.length; index += 1) {
    const { recordIndex } = received[index] as BatchMessage
    const isLast = received[index + 1]?.recordIndex !== recordIndex
    if (isLast && received[index - 1]?.recordIndex === recordIndex) commitRecord(batch, received[index] as BatchMessage)
  }
}

const failTogether = (batch: InvocationBatch, messages: readonly BatchMessage[]): void => {
  if (!messages.some(({ outcome }) => outcome === 'failed')) return
  for (const message of messages) {
    if (message.outcome === 'failed') continue
    reject(batch, message, new SkippedError('another message of its record failed, so that the record comes back'))
  }
}
