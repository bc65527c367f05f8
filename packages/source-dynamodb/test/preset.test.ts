import { describe, expect, test } from '@jest/globals'
import { defineEnvelope } from '@lpipe/core/envelope'
import { type Change, dynamodbStreams, type WrapNumbers } from '@lpipe/source-dynamodb'
import { dynamodbEvent, invoke, invokeWithOutcomes, memoryLogger, memoryQueue, silentLogger } from '@lpipe/testing'
import middy from '@middy/core'
import { action, FailButContinue, lpipe } from 'lpipe-preset'
import { streamEvent } from './samples.ts'

const logger = silentLogger()

const opensNothing = defineEnvelope({ name: 'none', opens: () => undefined })

/** Fails a change whose image says so. */
const run = ({ newImage }: Change) => {
  if (newImage?.['do'] === 'drop') throw new FailButContinue('not wanted')
  if (newImage?.['do'] === 'fail') throw new Error('down')
}
const change = (what: string) => ({ newImage: { do: what } })

describe('through the preset', () => {
  test('each change takes the path of its event name', async () => {
    const taken: string[] = []
    const take = (name: string) => () => void taken.push(name)
    const handler = middy().use(
      lpipe({
        source: dynamodbStreams({ path: 'eventName' }),
        paths: { INSERT: [take('insert')], MODIFY: [take('modify')], REMOVE: [take('remove')] },
        logger,
      }),
    )
    expect(await invoke(handler, streamEvent)).toEqual({ batchItemFailures: [] })
    expect(await invoke(handler, streamEvent.Records)).toEqual({ batchItemFailures: [] }) // EventBridge Pipes
    expect(taken).toEqual(['insert', 'modify', 'remove', 'insert', 'modify', 'remove'])
  })

  test('the first failure is reported, and the rest of the shard is not tried', async () => {
    const handler = middy().use(lpipe({ source: dynamodbStreams(), call: run, unhandled: 'retry', logger }))
    const event = dynamodbEvent(['good', 'drop', 'fail', 'good', 'fail'].map(change))
    const { response, outcomes } = await invokeWithOutcomes(handler, event)
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['succeeded', 'dropped', 'failed', 'failed', 'failed'])
    expect(response).toEqual({
      batchItemFailures: [{ itemIdentifier: event.Records[2]?.dynamodb?.SequenceNumber }],
    })
  })

  test('to EventBridge Pipes, which hands over a bare array, the first failure is reported by its `eventID`', async () => {
    const handler = middy().use(lpipe({ source: dynamodbStreams(), call: run, unhandled: 'retry', logger }))
    const { Records } = dynamodbEvent(['good', 'fail', 'good'].map(change))
    expect(await invoke(handler, Records)).toEqual({
      batchItemFailures: [{ itemIdentifier: Records[1]?.eventID }],
    })
  })

  test("with `onStreamFailure: 'continue'` the rest is tried, and the first failure is reported", async () => {
    const options = { unhandled: 'retry', onStreamFailure: 'continue', logger } as const
    const handler = middy().use(lpipe({ source: dynamodbStreams(), call: run, ...options }))
    const event = dynamodbEvent(['good', 'fail', 'good', 'fail', 'good'].map(change))
    const { response, outcomes } = await invokeWithOutcomes(handler, event)
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['succeeded', 'failed', 'succeeded', 'failed', 'succeeded'])
    expect(response).toEqual({
      batchItemFailures: [{ itemIdentifier: event.Records[1]?.dynamodb?.SequenceNumber }],
    })
  })

  test('a record that a middleware in front has unmarshalled stays in the stream', async () => {
    const event = dynamodbEvent(['good'].map(change))
    Object.assign(event.Records[0]?.dynamodb ?? {}, { Keys: { id: 'a', at: 5 }, NewImage: { do: 'good' } })
    const handler = middy().use(lpipe({ source: dynamodbStreams(), call: run, logger }))
    const { outcomes } = await invokeWithOutcomes(handler, event)
    expect(outcomes).toMatchObject([
      { outcome: 'failed', error: { message: expect.stringContaining('Remove it; @middy/event-normalizer') } },
    ])
  })

  test('a change is sent on as JSON, sets too', async () => {
    const { queue, sent } = memoryQueue()
    const paths = { INSERT: [action({ queues: [queue], includeAllParams: true })] }
    const handler = middy().use(lpipe({ source: dynamodbStreams({ path: 'eventName' }), paths, logger }))
    await invoke(handler, dynamodbEvent([{ newImage: { tags: new Set(['a', 'b']) }, keys: { id: 1 } }]))
    expect(sent.map(({ body }) => body)).toEqual([
      { eventName: 'INSERT', keys: { id: 1 }, newImage: { tags: ['a', 'b'] }, isTtlDelete: false },
    ])
  })

  test('a path that a function returns wrongly keeps its record in the stream, with envelopes too', async () => {
    for (const envelopes of [[], [opensNothing]]) {
      const source = dynamodbStreams({ path: () => '' })
      const { outcomes } = await invokeWithOutcomes(
        middy().use(lpipe({ source, paths: { A: [run] }, envelopes, logger })),
        dynamodbEvent([{ newImage: { a: 1 } }]),
      )
      expect(outcomes).toMatchObject([{ outcome: 'failed', error: { name: 'InvalidConfigurationError' } }])
    }
  })
})

describe('a number with more digits than JavaScript keeps', () => {
  const digits = '0.12345678901234567890123'
  const lines = async (image: Record<string, { N: string }>, wrapNumbers?: WrapNumbers) => {
    const logger = memoryLogger()
    const options = wrapNumbers === undefined ? {} : { wrapNumbers }
    const handler = middy().use(lpipe({ source: dynamodbStreams(options), call: () => undefined, logger }))
    const [record] = streamEvent.Records
    const withImage = { ...record, dynamodb: { ...record?.dynamodb, NewImage: { list: { L: [{ M: image }] } } } }
    await invoke(handler, { Records: [record, withImage] })
    return logger.lines.filter(({ level }) => level === 'warn').map(({ message }) => message)
  }

  test.each(['0.12345678901234567890123', '12345678901234567890.5', '-1.00000000012345678901'])(
    '%s is rounded, and a warning is logged',
    async (number) => {
      expect(await lines({ n: { N: number } })).toEqual([
        'numbers with more digits than JavaScript keeps were rounded in 1 message. Send them as strings',
      ])
    },
  )

  test.each(['0.30000000000000004', '10.50', '99999999999999999999999999999999999999', '1E+100', '0'])(
    '%s is kept',
    async (number) => {
      expect(await lines({ n: { N: number } })).toEqual([])
    },
  )

  test('with `wrapNumbers` it is kept', async () => {
    expect(await lines({ n: { N: digits } }, true)).toEqual([])
    expect(await lines({ n: { N: digits } }, String)).toEqual([])
  })
})
