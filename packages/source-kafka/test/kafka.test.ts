import { describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError, InvalidPayloadError } from '@lpipe/core'
import { type KafkaOptions, type KafkaRecord, kafka } from '@lpipe/source-kafka'
import { kafkaEvent, sourceContract } from '@lpipe/testing'
import fc from 'fast-check'
import { mskEvent, pipesEvent, schemaMetadata, selfManagedEvent } from './samples.ts'

const source = kafka()
const recordsOf = (event: unknown): readonly KafkaRecord[] => source.recordsOf(event) as readonly KafkaRecord[]

/** Returns the decoded body of a record with this value. */
const bodyWith = (value: unknown, options?: KafkaOptions): unknown =>
  kafka(options).bodyOf({ ...recordsOf(kafkaEvent([{}]))[0], value })
const base64 = (bytes: string | Uint8Array): string => Buffer.from(bytes).toString('base64')

describe('the contract of event sources', () => {
  test.each(sourceContract)('$name', ({ check }) =>
    check({ source, eventOf: (bodies) => kafkaEvent(bodies), malformed: () => kafkaEvent(['{']) }),
  )

  test('any event: records, or an InvalidPayloadError, and nothing else', () => {
    const value = fc.jsonValue({ maxDepth: 3 })
    const eventSource = fc.constantFrom('aws:kafka', 'SelfManagedKafka', 'aws:sqs')
    const record = fc.oneof(value, fc.record({ topic: value, partition: value, offset: value, headers: value }))
    const event = fc.oneof(
      value,
      fc.record({ eventSource, records: fc.oneof(value, fc.dictionary(fc.string(), fc.array(record))) }),
      fc.array(fc.record({ eventSource, topic: value, headers: value })),
    )
    fc.assert(
      fc.property(event, (any) => {
        try {
          for (const one of source.recordsOf(any) ?? []) {
            source.groupOf?.(one)
            source.deduplicationKeyOf?.(one)
            source.headersOf?.(one, undefined)
            const id = source.idOf(one)
            if (id !== undefined) expect(id).toEqual({ partition: expect.any(String), offset: expect.any(Number) })
          }
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidPayloadError)
        }
      }),
    )
  })

  test('any body is decoded unchanged, whatever partition it is in', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(3), fc.dictionary(fc.string(), fc.string()))), (list) => {
        const event = kafkaEvent(
          list.map(([, body]) => body),
          { partitionOf: (_, index) => list[index]?.[0] ?? 0 },
        )
        const decoded = recordsOf(event).map((record) => [record.partition, source.bodyOf(record)] as const)
        const ofPartitions = list.map(([partition, body]) => [partition, { ...body }] as const)
        const byPartition = (a: readonly [number, unknown], b: readonly [number, unknown]) => a[0] - b[0]
        expect(decoded.toSorted(byPartition)).toEqual(ofPartitions.toSorted(byPartition))
      }),
    )
  })
})

describe('the records of an event', () => {
  test('are those of all partitions, and each says where it comes from', () => {
    expect(recordsOf(mskEvent)).toMatchObject([
      { topicPartition: 'orders-0', offset: 15, eventSource: 'aws:kafka', eventSourceArn: mskEvent.eventSourceArn },
      { topicPartition: 'orders-0', offset: 16 },
      { topicPartition: 'orders-1', offset: 15 },
      { topicPartition: 'order-lines-0', offset: 15 },
    ])
    expect(recordsOf(selfManagedEvent)).toMatchObject([{ eventSource: 'SelfManagedKafka', topicPartition: 'orders-0' }])
  })

  test('of a self-managed cluster may have the prefix of AWS, as in samples of AWS', () => {
    const eventSource = 'aws:SelfManagedKafka'
    expect(recordsOf({ ...selfManagedEvent, eventSource })).toMatchObject([{ eventSource, offset: 15 }])
    expect(recordsOf([{ ...pipesEvent[0], eventSource }])).toMatchObject([{ eventSource, offset: 15 }])
  })

  test('keep the metadata of a schema registry', () => {
    const [first] = mskEvent.records['orders-0'] ?? []
    expect(recordsOf({ ...mskEvent, records: { 'orders-0': [{ ...first, ...schemaMetadata }] } })).toMatchObject([
      schemaMetadata,
    ])
  })

  test('of EventBridge Pipes are a bare array', () => {
    expect(source.recordsOf(pipesEvent)).toBe(pipesEvent)
    expect(source.recordsOf([...pipesEvent, { eventSource: 'aws:sqs' }])).toBeUndefined()
    expect(source.recordsOf([])).toBeUndefined()
  })

  test.each([
    [undefined, 'kafka: expected an object of `records`, received missing'],
    [[], 'kafka: expected an object of `records`, received array'],
    [{ 'orders-0': 'x' }, 'kafka: expected an array of records for each partition, received string'],
  ])('that are %j are refused', (records, text) => {
    expect(() => source.recordsOf({ ...mskEvent, records })).toThrow(new InvalidPayloadError(text))
  })
})

describe('a record', () => {
  test('is named by an object: Lambda retries the whole batch for a string', () => {
    expect(recordsOf(mskEvent).map((record) => source.idOf(record))).toEqual([
      { partition: 'orders-0', offset: 15 },
      { partition: 'orders-0', offset: 16 },
      { partition: 'orders-1', offset: 15 },
      { partition: 'order-lines-0', offset: 15 },
    ])
  })

  test('of EventBridge Pipes has no name: no answer about it is documented', () => {
    expect(pipesEvent.map((record) => source.idOf(record))).toEqual([undefined, undefined])
  })

  test('is in the group of its topic and partition', () => {
    expect(recordsOf(mskEvent).map((record) => source.groupOf?.(record))).toEqual([
      'orders-0',
      'orders-0',
      'orders-1',
      'order-lines-0',
    ])
    expect(source.groupOf?.(pipesEvent[0])).toBe('orders-0')
    expect(source.partitionOf?.(pipesEvent[0])).toBe('0')
  })

  test('is deduplicated by cluster, topic, partition and offset, the same through a pipe', () => {
    const [key] = recordsOf(mskEvent).map((record) => source.deduplicationKeyOf?.(record))
    expect(key).toBe(`${mskEvent.eventSourceArn}/orders-0/15`)
    expect(source.deduplicationKeyOf?.(pipesEvent[0])).toBe(key)
    expect(source.deduplicationKeyOf?.(recordsOf(selfManagedEvent)[0])).toBe('kafka.example.com:9092/orders-0/15')
  })

  test('has its headers as texts, also if their bytes are signed', () => {
    const headers = (list: unknown) => ({ ...source.headersOf?.({ headers: list }, undefined) })
    expect(headers(recordsOf(mskEvent)[0]?.headers)).toEqual({ traceparent: '00-1-2-01', name: 'Müller' })
    expect(headers([{ binary: [255] }, { a: [97] }, { a: [98] }, null, { b: 'x' }])).toEqual({ a: 'b' })
    expect(headers(undefined)).toEqual({})
  })
})

describe('a value', () => {
  test('is JSON', () => {
    expect(bodyWith(base64('{"id":7}'))).toEqual({ id: 7 })
    expect(bodyWith({ parsed: true })).toEqual({ parsed: true })
  })

  test.each([
    ['not base64', 'no!', 'its data must be valid base64, received string'],
    ['not UTF-8', base64(Uint8Array.of(0x7b, 0xff)), 'its data must be UTF-8'],
    ['not JSON', base64('{"card":"4111'), 'its body must be valid JSON, received string'],
    ['a number', 7, 'its data must be valid base64, received number'],
  ])('that is %s is refused, and not quoted', (_, value, text) => {
    expect(() => bodyWith(value)).toThrow(new InvalidPayloadError(text))
  })

  test.each([null, undefined])('that is %j makes a tombstone', (value) => {
    expect(bodyWith(value)).toEqual({ key: 'key-0', tombstone: true })
    expect(bodyWith(value, { deserialize: () => ({ never: true }) })).toEqual({ key: 'key-0', tombstone: true })
    expect(source.bodyOf({ topic: 'orders', key: null })).toEqual({ key: null, tombstone: true })
    expect(source.bodyOf({ topic: 'orders', key: '/w==' })).toEqual({ key: '/w==', tombstone: true })
  })

  test('of a value that is not a record is refused', () => {
    for (const record of [null, 'x', {}]) {
      expect(() => source.bodyOf(record)).toThrow(new InvalidPayloadError('its `topic` must be a non-empty string'))
    }
  })

  test('can be deserialized by a function, which sees the record', () => {
    const deserialize = (value: Buffer, { topic }: KafkaRecord) => ({ topic, bytes: value.length })
    expect(bodyWith(base64(Uint8Array.of(0, 255)), { deserialize })).toEqual({ topic: 'topic', bytes: 2 })
  })

  test('must be deserialized synchronously', () => {
    const deserialize = async () => {
      throw new Error('no schema')
    }
    expect(() => bodyWith(base64('{}'), { deserialize })).toThrow(
      new TypeError('`deserialize` must not return a promise'),
    )
  })

  test('can have a path by its record', () => {
    const pathWith = (value: unknown, path: NonNullable<KafkaOptions['path']>) =>
      kafka({ path }).pathOf?.({ ...recordsOf(kafkaEvent([{}]))[0], value })
    const path = ({ value }: KafkaRecord) => (value ? 'CHANGED' : 'DELETED')
    expect([pathWith(base64('{"id":7}'), path), pathWith(null, path)]).toEqual(['CHANGED', 'DELETED'])
    expect(source.pathOf).toBeUndefined()
    expect(() => pathWith(null, (async () => 'A') as never)).toThrow(new TypeError('`path` must not return a promise'))
    for (const [wrong, received] of [
      [undefined, 'missing'],
      [null, 'null'],
      [7, 'number'],
      ['', 'an empty string'],
    ] as const) {
      expect(() => pathWith(null, () => wrong as never)).toThrow(
        new InvalidConfigurationError(`kafka: \`path\` must return a non-empty string, received ${received}`),
      )
    }
  })
})

test.each<[options: object, text: string]>([
  [{ topics: [] }, 'kafka: unknown option `topics`. Known options: deserialize, path'],
  [{ path: 'topic' }, "kafka: `path` must be a function, received 'topic'"],
  [{ deserialize: true }, 'kafka: `deserialize` must be a function, received boolean'],
])('options are checked: %j', (options, text) => {
  expect(() => kafka(options)).toThrow(new InvalidConfigurationError(text))
})
