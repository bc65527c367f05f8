import { describe, expect, test } from '@jest/globals'
import { FailButContinue, FailCatastrophically, type Message } from '@lpipe/core'
import { kinesisEvent, sqsEvent } from '@lpipe/testing'
import fc from 'fast-check'
import { raise, respond, thrownBy } from './respond.ts'

const failing =
  (...which: number[]) =>
  ({ index }: Message) =>
    which.includes(index) ? raise(new FailCatastrophically(`no ${index}`)) : index

/** Succeeds, is dropped or fails, as told for each message. */
const ending =
  (ends: readonly string[]) =>
  ({ index }: Message) => {
    if (ends[index] === 'failed') raise(new FailCatastrophically('x'))
    if (ends[index] === 'dropped') raise(new FailButContinue('x'))
  }

const ends = fc.array(fc.constantFrom('succeeded', 'dropped', 'failed'), { maxLength: 20 })

describe('to SQS', () => {
  test('what failed is reported by its messageId, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(ends, async (all) => {
        const batchItemFailures = all.flatMap((end, index) =>
          end === 'failed' ? [{ itemIdentifier: `message-${index}` }] : [],
        )
        expect(await respond(sqsEvent(all.map(() => ({}))), ending(all))).toEqual({ batchItemFailures })
      }),
    )
  })

  test('nothing is reported of what could not be decoded: it would never be decoded', async () => {
    expect(await respond(sqsEvent(['{', {}, '[]']), failing(1))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-1' }],
    })
  })

  test('a thrown thing that lets nobody look harms only its own message', async () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const handle = ({ index }: Message) => index === 1 && raise(proxy)
    expect(await respond(sqsEvent([{}, {}, {}]), handle, { unhandled: 'retry' })).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-1' }],
    })
  })

  test('an id is reported as it was received', async () => {
    const id = '9007199254740993' // a number would end in 2
    const { Records } = sqsEvent([{}])
    const event = { Records: Records.map((record) => ({ ...record, messageId: id })) }
    expect(await respond(event, failing(0))).toEqual({ batchItemFailures: [{ itemIdentifier: id }] })
  })

  test.each([undefined, null, '', 7, {}])(
    'a failed record whose messageId is %p cannot be reported: all come back',
    async (messageId) => {
      const { Records } = sqsEvent([{}, {}])
      const event = { Records: [{ ...Records[0], messageId }, Records[1]] }
      const error = await thrownBy(respond(event, failing(0)))
      expect(error).toBeInstanceOf(FailCatastrophically)
      expect(error.message).toBe(
        'messages failed: 1, and a record has no id to report it by. The first: FailCatastrophically: no 0',
      )
      expect(error.cause?.errors).toEqual([new FailCatastrophically('no 0')])
      expect(await thrownBy(respond(event, failing(0, 1)))).toBeInstanceOf(FailCatastrophically) // one id is not enough
      // One that did not fail needs no id.
      expect(await respond(event, failing(1))).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-1' }] })
    },
  )

  test('what a handler does to the event changes no id', async () => {
    const event = sqsEvent([{}, {}, {}])
    const answer = await respond(event, (message) => {
      event.Records.length = 0
      return failing(0, 2)(message)
    })
    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }, { itemIdentifier: 'message-2' }] })
  })
})

describe('to Kinesis', () => {
  const numbers = (count: number) =>
    kinesisEvent(Array.from({ length: count }, () => ({}))).Records.map(({ kinesis }) => kinesis.sequenceNumber)

  test('the first failed record alone is reported, by its sequenceNumber', async () => {
    await fc.assert(
      fc.asyncProperty(ends, async (all) => {
        const first = all.indexOf('failed')
        const batchItemFailures = first === -1 ? [] : [{ itemIdentifier: numbers(all.length)[first] }]
        expect(await respond(kinesisEvent(all.map(() => ({}))), ending(all))).toEqual({ batchItemFailures })
      }),
    )
  })

  test('first in the batch, not the least as text or number', async () => {
    const event = kinesisEvent([{}, {}, {}])
    const ids = ['9007199254740993', '9007199254740992', '10']
    for (const [index, { kinesis }] of event.Records.entries()) Object.assign(kinesis, { sequenceNumber: ids[index] })
    expect(await respond(event, failing(0, 1, 2))).toEqual({ batchItemFailures: [{ itemIdentifier: ids[0] }] })
    expect(await respond(event, failing(1, 2))).toEqual({ batchItemFailures: [{ itemIdentifier: ids[1] }] })
  })

  test('a failed record without a sequenceNumber cannot be reported: all come back', async () => {
    const event = kinesisEvent([{}, {}])
    Object.assign(event.Records[0]?.kinesis ?? {}, { sequenceNumber: undefined })
    const error = await thrownBy(respond(event, failing(0, 1)))
    expect(error).toBeInstanceOf(FailCatastrophically)
    expect(error.message).toBe(
      'messages failed: 2, and a record has no id to report it by. The first: FailCatastrophically: no 0',
    )
    expect(error.cause?.errors).toHaveLength(2)
  })
})

test('a batch of nothing is done', async () => {
  expect(await respond({ Records: [] }, () => 'never')).toEqual({ batchItemFailures: [] })
})
