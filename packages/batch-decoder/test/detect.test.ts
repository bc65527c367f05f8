import { describe, expect, test } from '@jest/globals'
import type { SourceOption } from '@lpipe/batch-decoder'
import { type EventSource, InvalidConfigurationError, InvalidPayloadError } from '@lpipe/core'
import { defineEnvelope } from '@lpipe/core/envelope'
import { kinesisEvent, s3Event, sqsEvent } from '@lpipe/testing'
import { bodiesOf, decode, errorOf, readBatch } from './decode.ts'

/** Returns the name of the source that an event is read with. */
const sourceOf = (event: unknown, source?: SourceOption): Promise<string | undefined> =>
  readBatch(event, source && { source }, (batch) => batch.source?.name)

/** The beginning of the error; its end is the fix, which depends on the service. */
const foreign = (expected: string, received: string) =>
  `batchDecoder: expected an event of ${expected}, received ${received}. None of it was processed. `

describe('without the option `source`', () => {
  test.each([
    ['sqs', sqsEvent([{}])],
    ['sqs', sqsEvent([{}, {}]).Records], // as EventBridge Pipes sends it
    ['kinesis', kinesisEvent([{}])],
    ['kinesis', kinesisEvent([{}, {}]).Records],
    ['raw', { any: 'thing' }],
    ['raw', [{ any: 'thing' }]],
    ['raw', '{}'],
  ])('%s is detected by the records', async (source, event) => {
    expect(await sourceOf(event)).toBe(source)
  })

  test('an event of another service throws, with its name and the fix', async () => {
    const records = (eventSource: unknown) => ({ Records: [{ eventSource, body: '{}' }] })
    await expect(decode(records('aws:dynamodb'))).rejects.toThrow(
      foreign('sqs or kinesis or raw', 'records of aws:dynamodb') +
        'Install @lpipe/source-dynamodb and set `source: dynamodbStreams()`, or add it to the list',
    )
    for (const odd of [undefined, null, 7, '', 'constructor', '__proto__', 'AWS:SQS']) {
      await expect(decode(records(odd))).rejects.toThrow(InvalidPayloadError)
    }
    for (const record of [null, 'x', 7, []]) {
      await expect(decode({ Records: [record] })).rejects.toThrow(
        foreign('sqs or kinesis or raw', 'records of no `eventSource`'),
      )
    }
  })

  test('an event of several services throws, because no response could name what failed', async () => {
    const Records = [...sqsEvent([{}]).Records, ...kinesisEvent([{}]).Records]
    const error = foreign('sqs or kinesis or raw', 'records of aws:sqs and aws:kinesis')
    await expect(decode({ Records })).rejects.toThrow(error)
    await expect(decode(Records)).rejects.toThrow(error)
    await expect(decode({ Records: Records.toReversed() })).rejects.toThrow(InvalidPayloadError)
  })

  test('an event without records has no message', async () => {
    expect(await decode({ Records: [] })).toEqual([])
    expect(await sourceOf({ Records: [] })).toBe('sqs')
  })

  test.each([null, {}, 'x', 7, true])('`Records` that are %p throw', async (Records) => {
    await expect(decode({ Records })).rejects.toThrow(InvalidPayloadError)
    await expect(decode({ Records })).rejects.toThrow(/^batchDecoder: expected an array of `Records`, received /)
  })
})

describe('with the option `source`', () => {
  const Records = [{ body: '{"a":1}' }]

  test('records may leave out the name of their service', async () => {
    expect(bodiesOf(await decode({ Records }, { source: 'sqs' }))).toEqual([{ a: 1 }])
    expect(bodiesOf(await decode(Records, { source: 'sqs' }))).toEqual([{ a: 1 }])
  })

  test('raw: the event itself is the message', async () => {
    expect(bodiesOf(await decode({ Records }, { source: 'raw' }))).toEqual([{ Records }])
  })

  test('an event of another service throws: read as the wrong one, each record would be dropped', async () => {
    await expect(decode(kinesisEvent([{}, {}]), { source: 'sqs' })).rejects.toThrow(
      foreign('sqs', 'records of aws:kinesis'),
    )
    await expect(decode(sqsEvent([{}]), { source: 'kinesis' })).rejects.toThrow(InvalidPayloadError)
    await expect(decode({ Records: [{ eventSource: 'aws:other' }] }, { source: 'sqs' })).rejects.toThrow(
      foreign('sqs', 'records of aws:other'),
    )
    await expect(decode({ Records: [...Records, ...kinesisEvent([{}]).Records] }, { source: 'sqs' })).rejects.toThrow(
      foreign('sqs', 'records of no `eventSource` and aws:kinesis'),
    )
  })

  test.each(['sqs', 'kinesis'] as const)('%s: an event without an array of `Records` throws', async (source) => {
    for (const event of [{}, { Records: null }, { Records: {} }, null, 'x', 7, true]) {
      await expect(decode(event, { source })).rejects.toThrow(InvalidPayloadError)
    }
    await expect(decode({}, { source })).rejects.toThrow(
      'batchDecoder: expected an array of `Records`, received missing',
    )
    await expect(decode('x', { source })).rejects.toThrow(
      'batchDecoder: expected an array of `Records`, received string',
    )
    expect(await decode({ Records: [] }, { source })).toEqual([])
    expect(await decode([], { source })).toEqual([])
  })

  test('`Records` of the prototype do not count', async () => {
    await expect(decode(Object.create({ Records: [] }), { source: 'sqs' })).rejects.toThrow(InvalidPayloadError)
  })
})

describe('the error of an event that no source in the list reads names the fix', () => {
  const other: EventSource = {
    name: 'other',
    reports: 'each',
    recordsOf: () => undefined,
    idOf: () => undefined,
    bodyOf: () => ({}),
  }

  test.each([
    ['a source of lpipe', sqsEvent([{}]), "Add 'sqs' to `source`"],
    ['a source of lpipe, through EventBridge Pipes', kinesisEvent([{}]).Records, "Add 'kinesis' to `source`"],
    [
      'an envelope',
      s3Event(['a']),
      "set `envelopes: [s3()]`, or add it to the list. If `source` is set, add 'raw' to it",
    ],
    ['several services', [...sqsEvent([{}]).Records, ...kinesisEvent([{}]).Records], 'Set `source` to an EventSource'],
  ])('%s', async (_, event, fix) => {
    await expect(decode(event, { source: other })).rejects.toThrow(fix)
  })
})

describe('an EventSource of your own', () => {
  /** Reads `{ letters: [...] }`. */
  const letters: EventSource<string> = {
    name: 'letters',
    reports: 'each',
    recordsOf: (event) => (event as { letters?: string[] } | null)?.letters,
    idOf: (record) => record,
    bodyOf: (record) => ({ letter: record }),
  }
  const source = letters as EventSource

  test('reads its events, and no other', async () => {
    expect(bodiesOf(await decode({ letters: ['a', 'b'] }, { source }))).toEqual([{ letter: 'a' }, { letter: 'b' }])
    await expect(decode(sqsEvent([{}]), { source })).rejects.toThrow(foreign('letters', 'records of aws:sqs'))
    await expect(decode({}, { source })).rejects.toThrow(foreign('letters', 'object'))
  })

  test('in a list: the sources are tried in order', async () => {
    expect(await sourceOf({ letters: ['a'] }, ['sqs', source])).toBe('letters')
    expect(await sourceOf(sqsEvent([{}]), ['sqs', source])).toBe('sqs')
    expect(await sourceOf({ letters: ['a'] }, ['raw', source])).toBe('raw')
    expect(await sourceOf({ letters: ['a'] }, [source, 'raw'])).toBe('letters')
    await expect(decode(kinesisEvent([{}]), { source: [source, 'sqs'] })).rejects.toThrow(
      foreign('letters or sqs', 'records of aws:kinesis'),
    )
  })

  test.each<[method: string, returned: unknown, expected: string]>([
    ['recordsOf', Promise.reject(new Error('late')), 'an array or undefined, received object'],
    ['recordsOf', 'letters', 'an array or undefined, received string'],
    ['idOf', Promise.reject(new Error('late')), 'a string, an object or undefined, received object'],
    ['idOf', {}, 'a string, an object or undefined, received object'],
    ['idOf', 5, 'a string, an object or undefined, received number'],
    ['groupOf', Promise.reject(new Error('late')), 'a string or undefined, received object'],
    ['groupOf', 7, 'a string or undefined, received number'],
    ['arnOf', ['arn'], 'a string or undefined, received array'],
  ])('must say where a message belongs: `%s` returns %p', async (method, returned, expected) => {
    const broken = { ...letters, [method]: () => returned } as EventSource
    await expect(decode({ letters: ['a'] }, { source: broken })).rejects.toThrow(
      `event source letters: \`${method}\` must return ${expected}`,
    )
  })

  test('that throws fails the message, because the message is not known to be invalid', async () => {
    const broken = {
      ...source,
      bodyOf: () => {
        throw new TypeError('no decoder')
      },
    }
    expect((await decode({ letters: ['a'] }, { source: broken })).map(errorOf)).toEqual([
      'FailCatastrophically: record a: the event source threw no decoder',
    ])
  })
})

test.each<[what: string, path: unknown]>([
  ['a number', 7],
  ['a promise', Promise.resolve('A')],
])('an EventSource whose `pathOf` returns %s fails the message, with envelopes too', async (_, path) => {
  const source = {
    name: 'broken',
    reports: 'each',
    recordsOf: (event: unknown) => event,
    idOf: () => 'a',
    bodyOf: () => ({}),
    pathOf: () => path,
  } as EventSource
  for (const envelopes of [[], [defineEnvelope({ name: 'none', opens: () => undefined })]]) {
    const messages = await decode([{}], { source, envelopes })
    expect(messages.map(errorOf)).toEqual([
      expect.stringMatching(/^(?:FailCatastrophically|InvalidConfigurationError): .*`path(?:Of)?` must/),
    ])
  }
})

describe('a source of your own, also a class', () => {
  class Letters {
    readonly name = 'letters'
    readonly reports = 'each'
    recordsOf(event: unknown) {
      const records = Array.isArray(event) ? event : (event as { letters?: unknown[] }).letters
      return records?.every((one) => typeof one === 'string') ? records : undefined
    }
    /** Members that are private can be read from the source itself only. */
    readonly #prefixes = ['', 'piped-'] as const
    idOf(letter: string, isPiped: boolean) {
      return `${this.name}-${this.#prefixes[Number(isPiped)]}${letter}`
    }
    bodyOf(letter: string) {
      return { letter, of: this.name }
    }
    pathOf(letter: string) {
      return `${this.name}/${letter}`
    }
  }

  test('names its records to EventBridge Pipes, which hands over a bare array, and says their paths', async () => {
    const source = new Letters() as EventSource
    for (const [event, id] of [
      [{ letters: ['a'] }, 'letters-a'],
      [['a'], 'letters-piped-a'],
    ] as const) {
      expect(await decode(event, { source })).toMatchObject([
        { id, body: { path: 'letters/a', kwargs: { letter: 'a', of: 'letters' } } },
      ])
    }
  })
})

describe('an event of a tumbling window', () => {
  const window = { start: '2026-01-02T10:00:00Z', end: '2026-01-02T10:02:00Z' }
  const inWindow = (Records: unknown, isFinalInvokeForWindow: boolean) => ({
    Records,
    window,
    state: { total: 7 },
    shardId: 'shardId-000000000000',
    eventSourceARN: 'arn:aws:kinesis:us-east-1:000000000000:stream/stream',
    isFinalInvokeForWindow,
    isWindowTerminatedEarly: false,
  })
  const error = new InvalidConfigurationError(
    'batchDecoder: the event belongs to a tumbling window, and a response of lpipe has no `state`, so that Lambda would ' +
      'take it for a failed invocation. None of it was processed. Remove `TumblingWindowInSeconds` from the event source ' +
      'mapping, or aggregate in a function without lpipe',
  )

  test.each([undefined, 'kinesis', 'raw'] as const)(
    'is refused before anything runs, with the source %p',
    async (one) => {
      const options = one && { source: one }
      await expect(decode(inWindow(kinesisEvent([{}]).Records, false), options)).rejects.toThrow(error)
      // The last one may have no records: it is not an empty batch.
      await expect(decode(inWindow([], true), options)).rejects.toThrow(error)
    },
  )

  test('is one with all of its members: others have a `window` of their own', async () => {
    expect(bodiesOf(await decode({ window: { start: 1 } }))).toEqual([{ window: { start: 1 } }])
    expect(bodiesOf(await decode({ ...sqsEvent([{ a: 1 }]), window: 'none', isFinalInvokeForWindow: true }))).toEqual([
      { a: 1 },
    ])
  })
})
