import { deflateSync, gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { base64, cloudWatchLogs, compressed, eventBridge, kpl, s3, sns } from '@lpipe/envelopes'
import { eventBridgeEvent, sqsEvent } from '@lpipe/testing'
import fc from 'fast-check'
import { run } from './run.ts'
import { aggregated, kinesisBytes, logData, notification, s3Notification } from './samples.ts'

const all = fc.shuffledSubarray([kpl(), cloudWatchLogs(), compressed(), base64(), sns(), eventBridge(), s3()])
const value = fc.jsonValue({ maxDepth: 3 })

/** Returns a value as JSON carries it, without integers that JavaScript cannot represent: such bodies are refused. */
const exactly = <T>(one: T): T =>
  JSON.parse(JSON.stringify(one), (_, part: unknown) =>
    Number.isInteger(part) && !Number.isSafeInteger(part) ? 0 : part,
  )

/** Bodies that come close to an envelope. */
const close = fc.oneof(
  value,
  fc.record(
    { Type: fc.oneof(fc.constant('Notification'), value), TopicArn: value, Message: value, MessageAttributes: value },
    { requiredKeys: [] },
  ),
  fc.record(
    { 'detail-type': value, source: fc.oneof(fc.constant('aws.s3'), value), detail: value },
    { requiredKeys: [] },
  ),
  fc.record({ Records: fc.array(fc.record({ eventSource: fc.constant('aws:s3'), eventName: value, s3: value })) }),
  fc.record({ messageType: value, logEvents: fc.oneof(value, fc.array(value)) }),
  fc.record({ Event: fc.oneof(fc.constant('s3:TestEvent'), value) }),
)
const text = fc.oneof(
  close.map((body) => JSON.stringify(body)),
  fc.string(),
  fc.base64String(),
)
const bytes = fc.oneof(
  fc.uint8Array().map((data) => Buffer.from(data)),
  text.map((one) => Buffer.from(one)),
  text.map((one) => gzipSync(one)),
  fc.array(text).map((texts) => aggregated(texts)),
)
/** Bytes that were changed on their way. */
const damaged = fc.tuple(bytes, fc.nat(), fc.nat({ max: 255 })).map(([data, at, byte]) => {
  if (data.length > 0) data[at % data.length] = byte
  return data
})

test('any record, any envelopes: the other records are processed, and every error is one of lpipe', async () => {
  const event = fc.oneof(
    fc
      .oneof(
        text,
        bytes.map((data) => data.toString('base64')),
      )
      .map((body) => sqsEvent([body, '{"good":true}'])),
    fc.oneof(bytes, damaged).map((data) => kinesisBytes(data, Buffer.from('{"good":true}'))),
  )
  await fc.assert(
    fc.asyncProperty(event, all, async (any, envelopes) => {
      const { seen, outcomes, response, error } = await run(any, envelopes, { unhandled: 'drop' })
      expect(error).toBeUndefined()
      // In a shard nothing runs after a record that stays on the stream.
      const isBlocked = 'kinesis' in (any.Records[0] as object) && outcomes.some((one) => one.startsWith('failed'))
      if (!isBlocked) expect(seen.at(-1)).toEqual({ good: true })
      expect(response).toHaveProperty('batchItemFailures')
      for (const outcome of outcomes) {
        expect(outcome).toMatch(
          /^(?:succeeded$|dropped: InvalidPayloadError|failed: (?:InvalidConfigurationError|SkippedError))/,
        )
      }
    }),
    { numRuns: 1000 },
  )
})

test('any event, any envelopes: messages, or an InvalidPayloadError', async () => {
  await fc.assert(
    fc.asyncProperty(close, all, async (any, envelopes) => {
      const { error } = await run(any, envelopes)
      if (error !== undefined)
        expect(String(error)).toMatch(/InvalidPayloadError|FailCatastrophically|message|messages/)
    }),
    { numRuns: 500 },
  )
})

/** Wraps a JSON text once more. Each returns a text, for a queue. */
const wrappers: ((inner: string) => string)[] = [
  (inner) => JSON.stringify(notification(inner)),
  (inner) => JSON.stringify(eventBridgeEvent(JSON.parse(inner))),
  (inner) => gzipSync(inner).toString('base64'),
  (inner) => deflateSync(inner).toString('base64'),
]

test('any kwargs in any envelopes arrive unchanged', async () => {
  const body = fc
    .dictionary(fc.string(), value)
    .filter((one) => !['Records', 'Type', 'detail', 'box'].some((name) => name in one))
  const layers = fc.array(fc.nat({ max: wrappers.length - 1 }), { maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(body, layers, async (kwargs, list) => {
      const exact = exactly(kwargs)
      let inner = JSON.stringify(exact)
      for (const layer of list) {
        // `detail` is an object: compressed data is a string in it.
        if (layer > 1 && !inner.startsWith('{')) continue
        inner =
          layer === 1 && !inner.startsWith('{')
            ? JSON.stringify(eventBridgeEvent(inner))
            : (wrappers[layer]?.(inner) ?? '')
      }
      const { seen } = await run(sqsEvent([inner]), [sns(), eventBridge(), compressed()])
      expect(seen).toEqual([exact])
    }),
    { numRuns: 300 },
  )
})

test('any key of an object arrives decoded', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', minLength: 1 }), async (key) => {
      const { seen } = await run(sqsEvent([s3Notification([key])]), [s3()])
      expect(seen).toMatchObject([{ key }])
    }),
    { numRuns: 300 },
  )
})

test('any user records of the KPL arrive, in order, with their keys', async () => {
  const records = fc.array(fc.dictionary(fc.string(), value), { minLength: 1, maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(records, fc.array(fc.string(), { minLength: 1, maxLength: 3 }), async (list, keys) => {
      const exact = list.map(exactly)
      const { seen } = await run(
        kinesisBytes(
          aggregated(
            exact.map((one) => JSON.stringify(one)),
            keys,
          ),
        ),
        [kpl()],
      )
      expect(seen).toEqual(exact)
    }),
    { numRuns: 200 },
  )
})

test('any lines of a log arrive', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string()), async (lines) => {
      const data = gzipSync(JSON.stringify(logData(lines)))
      const { seen } = await run(kinesisBytes(data), [cloudWatchLogs()])
      expect(seen).toHaveLength(lines.length)
    }),
    { numRuns: 200 },
  )
})
