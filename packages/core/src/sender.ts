import type { Queue } from './queue.ts'
import { isObject } from './values.ts'

/** One thing to send, with all that its queue's options gave. */
export interface Entry {
  readonly queue: Queue
  /** JSON text */
  readonly body: string
  readonly groupId: string | undefined
  readonly deduplicationId: string | undefined
  readonly partitionKey: string | undefined
  /** names the source message and the position among what it sends: the same when the source is delivered again */
  readonly origin: string
  /** the source message's group, if it has one */
  readonly sourceGroup: string | undefined
  /** texts that travel along: the message's trail, and what tracers add */
  readonly headers: Readonly<Record<string, string>>
  /** the trace header of the source record, or of the invocation */
  readonly trace: string | undefined
  /** UTF-8 bytes, as its sender counts them */
  readonly size: number
}

/** Why an entry was not accepted. */
export interface Refusal {
  /** `BatchRequestTooLong` for a call that must be split */
  readonly code: string
  readonly reason: string
  /** It can never be accepted: another try would be refused again. */
  readonly senderFault: boolean
}

export interface SendOptions {
  /** aborted when time is up: the answer no longer counts */
  readonly signal: AbortSignal
}

/** Sends to one kind of queue. */
export interface Sender {
  /** the most entries of one call */
  readonly maxEntries: number
  /** the most bytes of one call, as `sizeOf` counts them */
  readonly maxBytes: number
  /** UTF-8 bytes that an entry counts for */
  readonly sizeOf: (entry: Omit<Entry, 'size'>) => number
  /** what an entry must keep in order with: its message group or partition key; undefined if with nothing */
  readonly orderOf?: (entry: Entry) => string | undefined
  /**
   * Sends entries, all for the same queue, in one call.
   *
   * @returns what became of each entry, in order: undefined if it was accepted
   * @throws anything: then none is taken for accepted, and all may be tried again
   */
  readonly send: (
    queue: Queue,
    entries: readonly Entry[],
    options: SendOptions,
  ) => Promise<ReadonlyArray<Refusal | undefined>>
}

/**
 * What an error of the AWS SDK says about a call. The client's fault is final, but for throttling.
 *
 * @see https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/Package/-smithy-smithy-client/Class/ServiceException/
 */
export const refusalOf = (error: unknown): Refusal => {
  const { name = 'Error', message = 'the call failed', $fault, $retryable } = isObject(error) ? error : {}
  const throttled = $retryable !== undefined || /throttl|toomanyrequests|exceeded|limit/i.test(String(name))
  return { code: String(name), reason: String(message), senderFault: $fault === 'client' && !throttled }
}
