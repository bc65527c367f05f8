import { batchDecoder } from '@lpipe/batch-decoder'
import { type BatchResponseOptions, batchResponse } from '@lpipe/batch-response'
import { FailButContinue, FailCatastrophically, type LpipeContext, type Message } from '@lpipe/core'
import type { SourceQueue } from '@lpipe/core/middleware'
import { errorClassifier } from '@lpipe/error-classifier'
import { invoke, memoryLogger } from '@lpipe/testing'
import middy from '@middy/core'

export interface MemorySource extends SourceQueue {
  readonly removed: unknown[]
  readonly postponed: unknown[]
}

/** Remembers what was asked of it, and fails for the messages with these indexes. */
export const memorySource = (...unable: number[]): MemorySource => {
  const removed: unknown[] = []
  const postponed: unknown[] = []
  const failing = (messages: Iterable<Message>) => [...messages].filter(({ index }) => unable.includes(index))
  return {
    removed,
    postponed,
    remove: async (messages) => {
      removed.push(...messages.map(({ id }) => id))
      return failing(messages)
    },
    postpone: async (seconds) => {
      postponed.push(...[...seconds].map(([{ id }, delay]) => [id, delay]))
      return failing(seconds.keys())
    },
  }
}

/** Calls a handler that throws these errors, one for each message; undefined for success. */
export const respondWith = (
  event: unknown,
  errors: readonly unknown[],
  options: BatchResponseOptions,
  context: Parameters<typeof invoke>[2] = {},
) => {
  const logger = memoryLogger()
  const handler = middy(async (_: unknown, { lpipe }: LpipeContext) =>
    Promise.allSettled(
      lpipe.messages.map(async ({ index }) => {
        if (errors[index] !== undefined) throw errors[index]
      }),
    ),
  ).use([batchResponse(options), errorClassifier({ logger }), batchDecoder()])
  const log = (): string[] =>
    logger.lines.filter(({ level }) => level === 'warn' || level === 'error').map(({ message }) => message)
  return { response: invoke(handler, event, context), log }
}

export const dropped = new FailButContinue('gone')
export const failed = new FailCatastrophically('later')
export const failedAt = (...indexes: number[]) => ({
  batchItemFailures: indexes.map((index) => ({ itemIdentifier: `message-${index}` })),
})
