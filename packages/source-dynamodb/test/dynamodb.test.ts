import { NumberValueImpl } from '@aws-sdk/util-dynamodb'
import { describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError, InvalidPayloadError } from '@lpipe/core'
import { type Change, type DynamodbStreamsOptions, dynamodbStreams } from '@lpipe/source-dynamodb'
import { dynamodbEvent, sourceContract } from '@lpipe/testing'
import type { AttributeValue, DynamoDBRecord } from 'aws-lambda'
import fc from 'fast-check'
import { insert, modify, streamEvent, ttlDelete } from './samples.ts'

const source = dynamodbStreams()
const bodyOf = (record: unknown, options?: DynamodbStreamsOptions): Change =>
  dynamodbStreams(options).bodyOf(record) as Change

/** A record whose new image has one attribute. */
const withAttribute = (value: AttributeValue): DynamoDBRecord => ({
  ...modify,
  dynamodb: { ...modify.dynamodb, NewImage: { value } },
})
const valueIn = (value: AttributeValue, options?: DynamodbStreamsOptions): unknown =>
  bodyOf(withAttribute(value), options).newImage?.['value']

describe('the contract of event sources', () => {
  test.each(sourceContract)('$name', ({ check }) =>
    check({
      source,
      eventOf: (bodies) => dynamodbEvent(bodies.map((newImage) => ({ newImage: newImage as object as never }))),
      bodyIn: (decoded) => (decoded as Change).newImage,
      malformed: () => ({ Records: [withAttribute({ UNKNOWN: 'secret' } as never)] }),
    }),
  )

  test('a bare array of EventBridge Pipes is an event of it', () => {
    expect(source.recordsOf(streamEvent.Records)).toBe(streamEvent.Records)
    expect(source.recordsOf([...streamEvent.Records, { eventSource: 'aws:kinesis' }])).toBeUndefined()
  })
})

describe('a change', () => {
  test('has plain values: sets are arrays, binary values are base64', () => {
    expect(bodyOf(insert)).toEqual({
      eventName: 'INSERT',
      keys: { id: 101, sort: 'a' },
      newImage: {
        id: 101,
        sort: 'a',
        paid: true,
        note: null,
        price: 12.5,
        tags: ['x', 'y'],
        sizes: [1, 2.5],
        photo: 'AAEC',
        photos: ['AAEC', 'AwQF'],
        lines: [{ sku: 's-1', codes: ['c'] }, 3],
        address: { city: 'Bonn', floors: [4] },
      },
      isTtlDelete: false,
    })
  })

  test('has the images that its stream has', () => {
    expect(bodyOf(modify)).toMatchObject({ newImage: { id: 101, state: 'paid' }, oldImage: { id: 101, state: 'new' } })
    expect(bodyOf(ttlDelete)).toEqual({ eventName: 'REMOVE', keys: { id: 101 }, isTtlDelete: true })
  })

  test('is a TTL delete only if DynamoDB itself removed the item', () => {
    expect(bodyOf({ ...ttlDelete, userIdentity: undefined }).isTtlDelete).toBe(false)
    expect(bodyOf({ ...ttlDelete, userIdentity: { type: 'Service', principalId: 'x' } }).isTtlDelete).toBe(false)
    expect(bodyOf({ ...modify, userIdentity: ttlDelete.userIdentity }).isTtlDelete).toBe(false)
  })

  test('is identified by its sequence number, and deduplicated by its event id', () => {
    expect(source.idOf(insert)).toBe('4421584500000000017450439091')
    expect(source.deduplicationKeyOf?.(insert)).toBe('c81e728d9d4c2f636f067f89cc14862c')
    expect(source.arnOf?.(insert)).toMatch(/^arn:aws:dynamodb:.*\/stream\//)
    expect(source.groupOf?.(insert)).toBe(source.groupOf?.(modify))
  })

  test('may say null for an image that it does not have', () => {
    const { dynamodb } = insert
    expect(bodyOf({ ...insert, dynamodb: { ...dynamodb, OldImage: null } })).toEqual(bodyOf(insert))
    const { newImage: _, ...keysOnly } = bodyOf(insert)
    expect(bodyOf({ ...insert, dynamodb: { ...dynamodb, NewImage: null } })).toEqual(keysOnly)
  })

  test.each<[what: string, record: unknown, text: string]>([
    ['without a known name', { ...insert, eventName: 'OTHER' }, 'its `eventName` must be INSERT, MODIFY or REMOVE'],
    ['that is not an object', null, 'its `eventName` must be INSERT, MODIFY or REMOVE'],
    [
      'without keys',
      { ...insert, dynamodb: {} },
      'its `Keys` must be an object of DynamoDB attribute values, received missing',
    ],
    [
      'with an image that is a string',
      { ...insert, dynamodb: { Keys: {}, NewImage: 'secret' } },
      'its `NewImage` must be an object of DynamoDB attribute values, received string',
    ],
    [
      'with an image of plain values',
      { ...insert, dynamodb: { Keys: {}, OldImage: { card: { secret: '4111' } } } },
      'its `OldImage` must be an object of DynamoDB attribute values, received another object',
    ],
    [
      'with an empty attribute',
      { ...insert, dynamodb: { Keys: { id: {} } } },
      'its `Keys` must be an object of DynamoDB attribute values, received another object',
    ],
  ])('%s is refused, and not quoted', (_, record, text) => {
    expect(() => bodyOf(record)).toThrow(new InvalidPayloadError(text))
  })

  test('any item comes out as it went in', () => {
    const leaf = fc.oneof(fc.string(), fc.boolean(), fc.constant(null), fc.maxSafeInteger())
    const { item } = fc.letrec((tie) => ({
      item: fc.dictionary(fc.string({ minLength: 1 }), tie('value')),
      value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value')), tie('item')),
    }))
    fc.assert(
      fc.property(item as fc.Arbitrary<Record<string, unknown>>, (newImage) => {
        const [record] = dynamodbEvent([{ newImage }]).Records
        expect(bodyOf(record).newImage).toEqual(newImage)
        expect(JSON.parse(JSON.stringify(bodyOf(record)))).toEqual(bodyOf(record))
      }),
    )
  })

  test('an attribute called __proto__ is one like others, at any depth', () => {
    const image = '{"__proto__":{"M":{"isAdmin":{"BOOL":true}}},"list":{"L":[{"M":{"__proto__":{"SS":["x"]}}}]}}'
    const { newImage } = bodyOf({ ...insert, dynamodb: { Keys: {}, NewImage: JSON.parse(image) } })
    expect(JSON.stringify(newImage)).toBe('{"__proto__":{"isAdmin":true},"list":[{"__proto__":["x"]}]}')
    expect(newImage).not.toHaveProperty('isAdmin')
    expect({}).not.toHaveProperty('isAdmin')
  })

  test.each<[digits: string, value: unknown]>([
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', 9007199254740993n],
    ['-99999999999999999999999999999999999999', -99999999999999999999999999999999999999n],
    ['1E+25', 1e25],
    ['0.1', 0.1],
    ['-0', -0],
  ])('%s is not rounded to another integer', (digits, value) => {
    expect(valueIn({ N: digits })).toBe(value)
  })

  test('can be wrapped: by the SDK, or by a function', () => {
    expect(valueIn({ N: '9007199254740993' }, { wrapNumbers: true })).toEqual(NumberValueImpl.from('9007199254740993'))
    expect(valueIn({ N: '9007199254740993' }, { wrapNumbers: false })).toBe(9007199254740993n)
    expect(valueIn({ NS: ['9007199254740993', '1'] }, { wrapNumbers: String })).toEqual(['9007199254740993', '1'])
    expect(bodyOf(insert, { wrapNumbers: String }).keys).toEqual({ id: '101', sort: 'a' })
  })

  test('any integer of up to 38 digits keeps its digits', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 38n), max: 10n ** 38n }), (value) => {
        expect(BigInt(valueIn({ N: String(value) }) as number)).toBe(value)
      }),
    )
  })

  test("an error of the user's function is not the record's fault", () => {
    const wrapNumbers = () => {
      throw new RangeError('no decimals')
    }
    expect(() => bodyOf(insert, { wrapNumbers })).toThrow(RangeError)
    const rejects = { wrapNumbers: () => Promise.reject(new RangeError('no decimals')) }
    expect(() => bodyOf(insert, rejects)).toThrow('`wrapNumbers` must not return a promise')
  })
})

describe('the option `path`', () => {
  const pathOf = (record: unknown, path: NonNullable<DynamodbStreamsOptions['path']>) =>
    dynamodbStreams({ path }).pathOf?.(record)

  test("'eventName' is the path", () => {
    expect(pathOf(modify, 'eventName')).toBe('MODIFY')
    expect(pathOf({}, 'eventName')).toBeUndefined()
    expect(source.pathOf).toBeUndefined()
  })

  test('a function sees the record', () => {
    expect(pathOf(insert, ({ dynamodb }) => `ITEM_${dynamodb?.Keys?.['sort']?.S}`)).toBe('ITEM_a')
  })

  test('a function must be synchronous', () => {
    expect(() => pathOf(insert, (async () => 'A') as never)).toThrow(new TypeError('`path` must not return a promise'))
  })

  test.each([
    [undefined, 'missing'],
    [7, 'number'],
    ['', 'an empty string'],
  ])('a path of %j is not the fault of the record', (path, received) => {
    expect(() => pathOf(insert, () => path as never)).toThrow(
      new InvalidConfigurationError(`dynamodbStreams: \`path\` must return a non-empty string, received ${received}`),
    )
  })
})

test.each<[options: object, text: string]>([
  [{ paths: 'eventName' }, 'dynamodbStreams: unknown option `paths`. Known options: path, wrapNumbers'],
  [{ path: 'keys' }, "dynamodbStreams: `path` must be 'eventName' or a function, received 'keys'"],
  [{ wrapNumbers: 'yes' }, "dynamodbStreams: `wrapNumbers` must be a boolean or a function, received 'yes'"],
])('options are checked: %j', (options, text) => {
  expect(() => dynamodbStreams(options)).toThrow(new InvalidConfigurationError(text))
})
