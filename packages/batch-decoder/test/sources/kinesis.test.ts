import { describe, expect, test } from '@jest/globals'
import { kinesisEvent } from '@lpipe/testing'
import { kinesisSource } from '../../src/sources/kinesis.ts'
import { bodiesOf, decode, errorOf } from '../decode.ts'

/** An event of two good records with this data between them. */
const withData = (data: unknown) => {
  const event = kinesisEvent([{ a: 1 }, {}, { a: 2 }])
  Object.assign(event.Records[1]?.kinesis ?? {}, { data })
  return event
}

const base64 = (bytes: string | Uint8Array) => Buffer.from(bytes).toString('base64')

describe('a Kinesis record', () => {
  test('becomes a message, untouched, with its sequence number and stream', async () => {
    const event = kinesisEvent([{ foo: 'ü€🦄' }], { name: 'clicks' })
    const messages = await decode(event)
    expect(messages).toMatchObject([
      {
        index: 0,
        id: event.Records[0]?.kinesis.sequenceNumber,
        eventSource: 'arn:aws:kinesis:us-east-1:000000000000:stream/clicks',
        body: { foo: 'ü€🦄' },
      },
    ])
    expect(messages[0]?.record).toBe(event.Records[0])
  })

  test.each([
    ['not base64', '{"a":1}', 'its data must be valid base64, received string'],
    [
      'base64 with another character in it',
      `${base64('{"a":1}').slice(0, -4)}!${base64('{"a":1}').slice(-3)}`,
      'its data must be valid base64, received string',
    ],
    [
      'valid base64 with another character behind it',
      `${base64('{"a":"1"}')}!`,
      'its data must be valid base64, received string',
    ],
    ['base64 in lines', `${base64('{"a":')}\n`, 'its data must be valid base64, received string'],
    ['base64 cut off', base64('{"a":1}').slice(0, 9), 'its data must be valid base64, received string'],
    [
      'base64 without its padding',
      base64('{"a":1}').replace(/=+$/, ''),
      'its data must be valid base64, received string',
    ],
    ['padding alone', '====', 'its data must be valid base64, received string'],
    ['base64 for URLs', 'eyJhIjoiw7_DvyJ9'.padEnd(16, '='), 'its data must be valid base64, received string'],
    ['not UTF-8', base64(Uint8Array.of(0x7b, 0xff, 0x7d)), 'its data must be UTF-8'],
    ['UTF-8 cut off', base64(Buffer.from('"€"').subarray(0, 3)), 'its data must be UTF-8'],
    ['not JSON', base64('{bad json'), 'its body must be valid JSON, received string'],
    ['empty', '', 'its body must be valid JSON, received string'],
    ['no object', base64('[1]'), 'its body must be an object, received array'],
    ['missing', undefined, 'its data must be valid base64, received missing'],
    ['null', null, 'its data must be valid base64, received null'],
    ['a number', 7, 'its data must be valid base64, received number'],
  ])('whose data is %s changes no other record', async (_, data, why) => {
    const event = withData(data)
    const messages = await decode(event)
    const id = event.Records[1]?.kinesis.sequenceNumber
    expect(messages.map(errorOf)).toEqual([undefined, `InvalidPayloadError: record ${id}: ${why}`, undefined])
    expect(bodiesOf(messages)).toEqual([{ a: 1 }, undefined, { a: 2 }])
  })

  test.each([null, 'x', {}, { kinesis: null }, { kinesis: 'x' }, { kinesis: [] }])(
    'that is %p changes no other record',
    async (record) => {
      const { Records } = kinesisEvent([{ a: 1 }])
      const messages = await decode({ Records: [record, ...Records] }, { source: 'kinesis' })
      expect(messages.map(errorOf)).toEqual([
        'InvalidPayloadError: record 0: its data must be valid base64, received missing',
        undefined,
      ])
    },
  )

  test('of EventBridge Pipes has its fields in the record itself, and its `eventID` is its id', async () => {
    const { Records } = kinesisEvent([{ a: 1 }, '{'], { name: 'clicks' })
    const flat = Records.map(({ kinesis, ...record }) => ({ ...kinesis, ...record }))
    const messages = await decode(flat)
    const id = Records[1]?.eventID
    expect(messages).toMatchObject([
      { id: Records[0]?.eventID, body: { a: 1 }, group: '' },
      { id, eventSource: 'arn:aws:kinesis:us-east-1:000000000000:stream/clicks' },
    ])
    expect(messages.map(errorOf)).toEqual([
      undefined,
      `InvalidPayloadError: record ${id}: its body must be valid JSON, received string`,
    ])
  })

  test('whose data a middleware in front has parsed is taken as it is', async () => {
    expect(bodiesOf(await decode(withData({ parsed: true })))).toEqual([{ a: 1 }, { parsed: true }, { a: 2 }])
  })

  test('of a megabyte is decoded', async () => {
    const text = 'x'.repeat(1024 * 1024)
    expect(bodiesOf(await decode(kinesisEvent([{ text }])))).toEqual([{ text }])
  })
})

test('a Kinesis record says from which shard it was read', () => {
  const [record] = kinesisEvent([{}]).Records
  const { partitionOf } = kinesisSource(false)
  expect(partitionOf?.(record)).toBe('shardId-000000000000')
  expect(partitionOf?.({ ...record, eventID: undefined })).toBeUndefined()
})
