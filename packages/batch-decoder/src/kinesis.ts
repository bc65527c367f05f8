import { isUtf8 } from 'node:buffer'
import { type Batch, isObject, kindOf, type Message, makeMessage } from '@lpipe/core'
import { receive, takeText } from './body.ts'
import { recordsOf } from './source.ts'
import { textOrNone } from './sqs.ts'

interface KinesisRecord {
  readonly eventSourceARN?: unknown
  readonly kinesis?: unknown
}

interface KinesisData {
  readonly sequenceNumber?: unknown
  readonly data?: unknown
}

/** Kinesis: `kinesis.data` is base64 of JSON text in UTF-8. */
export const decodeKinesis = (batch: Batch, event: unknown): void => {
  for (const [index, record] of recordsOf(event).entries()) {
    const { eventSourceARN, kinesis }: KinesisRecord = isObject(record) ? record : {}
    const { sequenceNumber, data }: KinesisData = isObject(kinesis) ? kinesis : {}
    const message = makeMessage(record, index, textOrNone(sequenceNumber), textOrNone(eventSourceARN))
    receive(batch, message, takeData(message, data))
  }
}

const takeData = (message: Message, data: unknown): string | undefined => {
  if (typeof data !== 'string') return `its data must be base64 text, got ${kindOf(data)}`
  if (!isBase64(data)) return 'its data is not valid base64'
  const bytes = Buffer.from(data, 'base64')
  if (!isUtf8(bytes)) return 'its data is not UTF-8'
  return takeText(message, bytes.toString('utf8'))
}

/** Buffer skips what is not base64, and takes a text that was cut off for a whole one. */
const isBase64 = (data: string): boolean => data.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(data)
