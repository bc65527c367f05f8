import { gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { InvalidPayloadError } from '@lpipe/core'
import { awslogsEvent } from '@lpipe/testing'
import { bodiesOf, decode, errorOf } from '../decode.ts'

const gzipped = (data: string | Uint8Array) => ({ awslogs: { data: gzipSync(data).toString('base64') } })

describe('a CloudWatch Logs event', () => {
  test('has one message for each log event: the JSON object in its line, or the log event itself', async () => {
    const messages = await decode(awslogsEvent([{ a: 1 }, 'plain text', '[1]', '7', '{"b": 2}', '{cut off']))
    const line = (id: number, message: string) => ({ id: String(id), timestamp: 1_700_000_000_000, message })
    expect(bodiesOf(messages)).toEqual([
      { a: 1 },
      line(1, 'plain text'),
      line(2, '[1]'),
      line(3, '7'),
      { b: 2 },
      line(5, '{cut off'),
    ])
    expect(messages.every((message) => errorOf(message) === undefined)).toBe(true)
  })

  test('whose data a middleware in front has unpacked has the same messages', async () => {
    const logEvents = [{ id: '0', timestamp: 1, message: '{"a":1}' }]
    expect(bodiesOf(await decode({ awslogs: { data: { messageType: 'DATA_MESSAGE', logEvents } } }))).toEqual([
      { a: 1 },
    ])
    await expect(decode({ awslogs: { data: {} } })).rejects.toThrow(InvalidPayloadError)
  })

  test('without log events has no message', async () => {
    expect(await decode(awslogsEvent([]))).toEqual([])
  })

  test('is read if RAW is given too', async () => {
    expect(bodiesOf(await decode(awslogsEvent([{ a: 1 }]), { source: 'raw' }))).toEqual([{ a: 1 }])
  })

  test('that only checks the subscription has no message', async () => {
    const control = {
      messageType: 'CONTROL_MESSAGE',
      logEvents: [{ id: '', timestamp: 1, message: 'CWL CONTROL MESSAGE' }],
    }
    expect(await decode(gzipped(JSON.stringify(control)))).toEqual([])
  })

  test('a log event that is not an object changes no other', async () => {
    const messages = await decode(
      gzipped(JSON.stringify({ logEvents: [null, { message: '{"a":1}' }, 7, { message: 7 }] })),
    )
    expect(messages.map(errorOf)).toEqual([
      'InvalidPayloadError: record 0: its body must be an object, received null',
      undefined,
      'InvalidPayloadError: record 2: its body must be an object, received number',
      undefined,
    ])
    expect(bodiesOf(messages)).toEqual([undefined, { a: 1 }, undefined, { message: 7 }])
  })

  test('may grow to 10 MiB, and no further', async () => {
    const frame = JSON.stringify({ logEvents: [{ id: '0', message: '' }] }).length
    const sized = (bytes: number) =>
      gzipped(JSON.stringify({ logEvents: [{ id: '0', message: 'x'.repeat(bytes - frame) }] }))
    expect(await decode(sized(10 * 1024 * 1024))).toHaveLength(1)
    await expect(decode(sized(10 * 1024 * 1024 + 1))).rejects.toThrow(
      'batchDecoder: `awslogs.data` must be base64 of a gzip of JSON with `logEvents`, at most 10485760 bytes',
    )
  })

  test('that is a gzip bomb is refused before it is unpacked', async () => {
    const bomb = gzipped(Buffer.alloc(200 * 1024 * 1024))
    expect(bomb.awslogs.data.length).toBeLessThan(300_000)
    const before = process.memoryUsage().arrayBuffers
    await expect(decode(bomb)).rejects.toThrow(/at most 10485760 bytes/)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50 * 1024 * 1024)
  })

  test.each([
    ['no base64', { awslogs: { data: '%%%' } }, 'must be base64 of a gzip'],
    ['empty', { awslogs: { data: '' } }, 'must be base64 of a gzip'],
    ['no gzip', { awslogs: { data: 'eyJhIjoxfQ==' } }, 'must be base64 of a gzip'],
    [
      'a gzip cut off',
      { awslogs: { data: gzipSync('{"logEvents":[]}').subarray(0, 20).toString('base64') } },
      'must be base64 of a gzip',
    ],
    ['not UTF-8', gzipped(Uint8Array.of(0x7b, 0xff, 0x7d)), 'must be base64 of a gzip of JSON'],
    ['no JSON', gzipped('{'), 'must be base64 of a gzip of JSON'],
    ['no object', gzipped('[]'), 'must be base64 of a gzip of JSON with `logEvents`'],
    ['without logEvents', gzipped('{}'), 'must be base64 of a gzip of JSON with `logEvents`'],
    [
      'with logEvents of another kind',
      gzipped('{"logEvents":{}}'),
      'must be base64 of a gzip of JSON with `logEvents`',
    ],
  ])('that is %s is refused', async (_, event, why) => {
    await expect(decode(event)).rejects.toThrow(InvalidPayloadError)
    await expect(decode(event)).rejects.toThrow(`batchDecoder: \`awslogs.data\` ${why}`)
  })

  test.each([null, 'x', {}, { data: 7 }])('whose awslogs is %p is an object like any other', async (awslogs) => {
    expect(bodiesOf(await decode({ awslogs }))).toEqual([{ awslogs }])
  })
})
