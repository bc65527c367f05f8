import type { DeliveryOptions, EventSource, Queue, QueueOptions } from '@lpipe/core'
import { queue } from '@lpipe/core'
import { type BatchMessage, errorOf, type InvocationBatch, settle } from '@lpipe/core/middleware'
import type { SendFailure } from '@lpipe/core/outbox'
import { defineSender, openOutbox, type SenderDefinition } from '@lpipe/core/outbox'
import type { Context } from 'aws-lambda'
import { batchWith, recordsOf, rememberingLogger, testSource } from '../batch-with.ts'

/** An entry as the senders of the tests take it. */
export interface Wire {
  readonly body: unknown
  readonly deduplicationKey: string
  readonly headers: Readonly<Record<string, string>>
  readonly traceHeader: string | undefined
}

/** One call to a sender. */
export interface SentCall {
  readonly queue: Queue
  readonly bodies: readonly unknown[]
  readonly signal: AbortSignal
}

type Answers = ReadonlyArray<SendFailure | undefined>

/** What a sender of the tests answers: undefined accepts all. */
export type Answer = (bodies: never[], call: number) => Answers | undefined | Promise<Answers | undefined>

/** Failures that a sender may return. */
export const busy: SendFailure = { code: 'Busy', reason: 'try again', senderFault: false }
export const wrong: SendFailure = { code: 'Wrong', reason: 'never', senderFault: true }

/** An error of a client's fault, as the AWS SDK throws it. */
export const serviceError = (name: string): Error =>
  Object.assign(new Error('a secret of the entry'), { name, $fault: 'client' })

/** A sender that remembers its calls. The member `key` of a body is its ordering key, `size` its size. */
export const testSender = (answer: Answer = () => undefined, overrides: Partial<SenderDefinition<Wire>> = {}) => {
  const calls: SentCall[] = []
  const sender = defineSender<Wire>({
    maxEntries: 10,
    maxBytes: 1_000_000,
    prepare: ({ body, deduplicationKey, headers, traceHeader }) => {
      const parsed = JSON.parse(body) as { readonly key?: string; readonly size?: number } | null
      return {
        wire: { body: parsed, deduplicationKey, headers, traceHeader },
        size: parsed?.size ?? Buffer.byteLength(body),
        orderingKey: parsed?.key,
      }
    },
    send: async (to, wires, signal) => {
      const bodies = wires.map(({ body }) => body)
      calls.push({ queue: to, bodies, signal })
      return (await answer(bodies as never[], calls.length)) ?? bodies.map(() => undefined)
    },
    ...overrides,
  })
  return { sender: sender as never as ReturnType<typeof defineSender>, calls }
}

export interface OutboxSetup {
  /** The ordering groups of the messages. Default: one message without a group. */
  readonly groups?: readonly (string | undefined)[]
  readonly records?: readonly unknown[]
  readonly source?: EventSource
  readonly context?: Partial<Context>
  readonly delivery?: DeliveryOptions
  readonly maxHops?: number
}

export const queueNamed = (name: string, options: object = {}): Queue =>
  queue({ type: 'test', name, ...options } as QueueOptions)

export const to = queueNamed('q')

/** Opens the outbox of a batch whose messages have not ended. Retries are fast. */
export const outboxWith = (setup: OutboxSetup = {}) => {
  const { groups = [undefined], records = recordsOf(...groups), source = testSource(), context, delivery } = setup
  const batch = batchWith(records, source, context)
  const logger = rememberingLogger()
  batch.use({ logger })
  const outbox = openOutbox(batch, { delivery: { retryMillis: 1, ...delivery }, maxHops: setup.maxHops ?? 10 })
  const message = (index: number) => batch.received[index] as BatchMessage

  /** Ends messages as succeeded, and commits what they send. */
  const succeed = (...indexes: readonly number[]): void => {
    for (const index of indexes) {
      settle(batch, message(index), { status: 'fulfilled', value: undefined })
      outbox.commit(message(index))
    }
  }
  return { batch, outbox, message, succeed, lines: logger.lines }
}

export const outcomes = ({ received }: InvocationBatch) => received.map(({ outcome }) => outcome)
export const errorTexts = ({ received }: InvocationBatch) =>
  received.map((one) => (one.result?.status === 'rejected' ? String(errorOf(one)) : undefined))
export const turn = () => new Promise<void>((resolve) => setImmediate(resolve))
export const sleep = (millis: number) => new Promise<void>((resolve) => setTimeout(resolve, millis))
