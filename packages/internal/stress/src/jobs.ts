import { sqsEvent } from '@lpipe/testing'
import type { SQSEvent } from 'aws-lambda'

/** The kwargs of a message. */
export interface Job {
  readonly request: string
  readonly id: number
  /** Turns of the event loop that its function waits. */
  readonly turns: number
}

/** What a message may do, by the name of its path. The last one is refused by the queue. */
const kinds = ['WORK', 'DROP', 'FAIL', 'CRASH', 'CHAIN', 'SEND', 'REFUSED'] as const

/** Returns a number from 0 to limit - 1 that only depends on the two others. */
const drawn = (seed: number, at: number, limit: number): number => {
  const mixed = Math.imul((seed + 1) ^ Math.imul(at + 1, 0x9e3779b1), 0x85ebca6b)
  return ((mixed ^ (mixed >>> 13)) >>> 0) % limit
}

/** Returns the event of an invocation: a standard or a FIFO queue, up to 30 messages of all kinds. Its ids name the request. */
export const eventOf = (request: string, seed: number): SQSEvent => {
  const isFifo = drawn(seed, 1000, 2) === 0
  // In a group it depends on the time whether a later message is sent before SQS refuses an earlier one.
  const possible = isFifo ? kinds.length - 1 : kinds.length
  const bodies = Array.from({ length: 1 + drawn(seed, 0, 30) }, (_, id) => ({
    path: kinds[drawn(seed, id + 1, possible)],
    kwargs: { request, id, turns: drawn(seed, id + 100, 4) } satisfies Job,
  }))
  const event = sqsEvent(
    bodies,
    isFifo ? { name: 'jobs.fifo', groupId: (_, index: number) => `group-${index % 3}` } : {},
  )
  return { Records: event.Records.map((record) => ({ ...record, messageId: `${request}/${record.messageId}` })) }
}
