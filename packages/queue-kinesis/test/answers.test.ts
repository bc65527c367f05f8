import type { KinesisClient } from '@aws-sdk/client-kinesis'
import { expect, test } from '@jest/globals'
import { queue } from '@lpipe/core'
import { queueKinesis } from '@lpipe/queue-kinesis'
import { entryFor } from '@lpipe/testing'

const stream = queue({ type: 'kinesis', name: 'orders' } as never)

/** What becomes of two records if Kinesis answers this. A real one cannot be made to. */
const answersTo = (output: object) => {
  const sender = queueKinesis({ client: { send: async () => output } as unknown as KinesisClient })
  const wires = [0, 1].map((id) => sender.prepare(entryFor(stream, id)).wire)
  return sender.send(stream, wires, new AbortController().signal)
}

test('a record without a number and without an error lets it be sent again', async () => {
  expect(await answersTo({ Records: [{}, { SequenceNumber: '1' }] })).toEqual([
    { code: 'Unknown', reason: 'Kinesis refused the record', senderFault: false },
    undefined,
  ])
})

test('an empty answer accepts none, and one that is too long is cut', async () => {
  expect((await answersTo({})).map((answer) => answer?.code)).toEqual(['NoAnswer', 'NoAnswer'])
  expect(await answersTo({ Records: Array(5).fill({ SequenceNumber: '1' }) })).toEqual([undefined, undefined])
})

test.each([
  ['a number and an error', { SequenceNumber: '1', ErrorCode: 'InternalFailure' }, 'InternalFailure'],
  ['null for both', { SequenceNumber: null, ErrorCode: null }, 'Unknown'],
  ['an empty number', { SequenceNumber: '' }, 'Unknown'],
])('a record with %s was not accepted', async (_, record, code) => {
  expect(await answersTo({ Records: [record, { SequenceNumber: '2' }] })).toEqual([
    { code, reason: 'Kinesis refused the record', senderFault: false },
    undefined,
  ])
})
