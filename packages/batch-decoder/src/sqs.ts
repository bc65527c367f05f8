import { type Batch, isObject, makeMessage } from '@lpipe/core'
import { receive, takeText } from './body.ts'
import { recordsOf } from './source.ts'

interface SqsRecord {
  readonly messageId?: unknown
  readonly eventSourceARN?: unknown
  readonly body?: unknown
}

/** SQS: `body` is JSON text. */
export const decodeSqs = (batch: Batch, event: unknown): void => {
  for (const [index, record] of recordsOf(event).entries()) {
    const { messageId, eventSourceARN, body }: SqsRecord = isObject(record) ? record : {}
    const message = makeMessage(record, index, textOrNone(messageId), textOrNone(eventSourceARN))
    receive(batch, message, takeText(message, body))
  }
}

/** Lambda takes an empty id for no id, and fails the whole batch. */
export const textOrNone = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined
