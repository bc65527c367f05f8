import { describe, expect, test } from '@jest/globals'
import { type EventSource, FailButContinue, FailCatastrophically, type Message } from '@lpipe/core'
import type { BatchItemIdentifier } from '@lpipe/core/middleware'
import { kinesisEvent, sqsEvent } from '@lpipe/testing'
import fc from 'fast-check'
import { raise, respond, thrownBy } from './respond.ts'

const failing =
  (...which: number[]) =>
  ({ index }: Message) =>
    which.includes(index) ? raise(new FailCatastrophically(`no ${index}`)) : index

/** Ends each message as the list says. */
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

  test('a thrown value that cannot be read changes only its own message', async () => {
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
        '1 message failed, and a record has no id to report it by. First error: FailCatastrophically: no 0',
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
      '2 messages failed, and a record has no id to report it by. First error: FailCatastrophically: no 0',
    )
    expect(error.cause?.errors).toHaveLength(2)
  })
})

test('a batch of nothing is done', async () => {
  expect(await respond({ Records: [] }, () => 'never')).toEqual({ batchItemFailures: [] })
})

describe('to a source of your own', () => {
  interface Item {
    readonly id: unknown
    readonly partition: string
    readonly bodies: readonly object[]
  }
  const source = (reports: EventSource['reports']): EventSource =>
    ({
      name: 'mine',
      reports,
      recordsOf: (event) => event as Item[],
      idOf: ({ id }) => id as BatchItemIdentifier,
      bodyOf: () => ({}),
      bodiesOf: ({ bodies }) => bodies,
      groupOf: reports === 'each' ? () => undefined : ({ partition }) => partition,
    }) satisfies EventSource<Item> as EventSource
  const item = (id: unknown, partition = '0', count = 1): Item => ({
    id,
    partition,
    bodies: Array.from({ length: count }, () => ({})),
  })
  const failures = (...ids: unknown[]) => ({ batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })) })

  test('that reports each: a record with several messages fails with one of them, and is named once', async () => {
    const event = [item('a', '0', 3), item('b', '0', 2), item('c', '0', 0), item('d')]
    const reported = (...indexes: number[]) => respond(event, failing(...indexes), {}, { source: source('each') })
    expect(await reported()).toEqual(failures())
    expect(await reported(1)).toEqual(failures('a'))
    expect(await reported(0, 2)).toEqual(failures('a'))
    expect(await reported(1, 4, 5)).toEqual(failures('a', 'b', 'd'))
  })

  test('that reports the first: the record of the first failed message is named', async () => {
    const event = [item('a', '0', 2), item('b', '0', 2)]
    const options = { source: source('first') }
    expect(await respond(event, failing(3), {}, options)).toEqual(failures('b'))
    expect(await respond(event, failing(1, 3), {}, options)).toEqual(failures('a'))
  })

  test('that reports the first of each group: identifiers may be objects, as those of Kafka', async () => {
    const offset = (partition: string, number: number) =>
      item({ partition: `orders-${partition}`, offset: number }, partition)
    const event = [offset('0', 10), offset('1', 20), offset('0', 11), offset('1', 21), offset('2', 30)]
    const options = { source: source('first-of-each-group') }
    expect(await respond(event, failing(2, 1), {}, options)).toEqual(failures(event[1]?.id, event[2]?.id))
    expect(await respond(event, failing(0, 4), {}, options)).toEqual(failures(event[0]?.id, event[4]?.id))
    expect(await respond(event, failing(), {}, options)).toEqual(failures())
  })

  test('a record of a group that has no identifier cannot be reported', async () => {
    const event = [item(undefined, '0'), item({ offset: 1 }, '1')]
    const options = { source: source('first-of-each-group') }
    await expect(respond(event, failing(0, 1), {}, options)).rejects.toThrow('and a record has no id to report it by')
    expect(await respond(event, failing(1), {}, options)).toEqual(failures({ offset: 1 }))
  })
})
