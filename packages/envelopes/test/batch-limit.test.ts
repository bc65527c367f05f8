import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { defineEnvelope } from '@lpipe/core/envelope'
import { compressed } from '@lpipe/envelopes'
import { sqsEvent } from '@lpipe/testing'
import { run } from './run.ts'
import { kinesisBytes } from './samples.ts'

/** 9 MB of JSON, which is less than the limit of a record, in 12 kB. */
const bomb = gzipSync(JSON.stringify({ zeros: '0'.repeat(9_000_000) }))

const reason = 'the records before it hold more than 128 MiB or 250,000 messages. Lower `BatchSize`'

describe('a batch whose records together would not fit into the memory', () => {
  test('SQS: the first records are processed, and the rest is delivered again', async () => {
    const count = 20
    const event = sqsEvent(Array.from({ length: count }, () => bomb.toString('base64')))
    const { seen, outcomes, response } = await run(event, [compressed()])
    expect(seen).toHaveLength(15) // 14 hold less than 128 MiB
    expect(outcomes.slice(15)).toEqual(Array.from({ length: 5 }, () => `failed: FailCatastrophically: ${reason}`))
    expect(response).toEqual({
      batchItemFailures: event.Records.slice(15).map(({ messageId }) => ({ itemIdentifier: messageId })),
    })
  })

  test('Kinesis: the checkpoint is at the first record that was not opened', async () => {
    const event = kinesisBytes(...Array.from({ length: 17 }, () => bomb))
    const { seen, response } = await run(event, [compressed()])
    expect(seen).toHaveLength(15)
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: event.Records[15]?.kinesis.sequenceNumber }] })
  })

  test('messages are counted too', async () => {
    const many = defineEnvelope({
      name: 'many',
      opens: (body) =>
        typeof body === 'object' && body !== null && 'count' in body
          ? Array.from({ length: Number(body.count) }, () => ({ body: {} }))
          : undefined,
    })
    const counts = [99_999, 99_999, 50_003, 1]
    const { seen, outcomes } = await run(sqsEvent(counts.map((count) => ({ count }))), [many])
    expect(seen).toHaveLength(250_001)
    expect(outcomes.at(-1)).toBe(`failed: FailCatastrophically: ${reason}`)
    // The next batch is counted anew.
    expect((await run(sqsEvent([{ count: 1 }]), [many])).outcomes).toEqual(['succeeded'])
  })
})
