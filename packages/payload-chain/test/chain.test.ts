import { describe, expect, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import {
  type Entry,
  FailButContinue,
  fn,
  InvalidConfigurationError,
  isObject,
  payload,
  queue,
  type Sending,
  textOfTrail,
  trailName,
} from '@lpipe/core'
import { errorClassifier } from '@lpipe/error-classifier'
import { messageNormalizer } from '@lpipe/message-normalizer'
import { type DeadLetter, payloadChain } from '@lpipe/payload-chain'
import { invoke, kinesisEvent, memoryQueue, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { z } from 'zod'
import { outcomes, reasons, run } from './pipeline.ts'

const entries = (sent: readonly { readonly entry: Entry }[]) => sent.map(({ entry }) => entry)

describe('options', () => {
  test.each<[options: object, says: string]>([
    [{ sender: {} }, "unknown option 'sender'"],
    [{ senders: { sqs: {} } }, 'its sender sqs has no send()'],
    [{ deadLetter: 'queue' }, 'its deadLetter must be made with queue()'],
    [{ maxHops: 0 }, 'maxHops must be a number of at least 1'],
    [{ maxCalls: Number.NaN }, 'maxCalls must be a number of at least 1'],
    [{ retryMillis: '1' }, 'retryMillis must be a number of at least 1'],
  ])('%j', (options, says) => {
    expect(() => payloadChain(options as never)).toThrow(InvalidConfigurationError)
    expect(() => payloadChain(options as never)).toThrow(says)
  })
})

describe('what an entry carries', () => {
  test('path and kwargs if the queue has a path, else the kwargs, of any kind of JSON', async () => {
    const plain = memoryQueue({ name: 'plain' })
    const pathed = memoryQueue({ name: 'pathed', path: 'NEXT' })
    const values = [{ a: 1 }, [1], 'text', 0, false, null]
    const call = () =>
      values.flatMap((kwargs) => [plain, pathed].map(({ queue: to }) => payload({ queue: to, kwargs })))
    await run([{}], { call })
    expect(plain.sent.map(({ body }) => body)).toEqual(values)
    expect(pathed.sent.map(({ body }) => body)).toEqual(values.map((kwargs) => ({ path: 'NEXT', kwargs })))
  })

  test('an origin that is the same when its source is delivered again, and different for all else', async () => {
    const origins = async (event: unknown) => {
      const { queue: to, sent } = memoryQueue()
      await run(event, { call: () => [payload({ queue: to }), payload({ queue: to })] })
      return entries(sent).map(({ origin }) => origin)
    }
    for (const event of [sqsEvent([{}, {}]), kinesisEvent([{}, {}]), [{}, {}]]) {
      const first = await origins(event)
      expect(await origins(event)).toEqual(first)
      expect(new Set(first).size).toBe(4)
    }
  })

  test('an origin that only it has: no member of the message, no other Lambda and no missing request id makes two alike', async () => {
    const originsIn = async (event: unknown, context: object = {}) => {
      const { queue: to, sent } = memoryQueue()
      await run(event, { call: () => payload({ queue: to }), context })
      return entries(sent).map(({ origin }) => origin)
    }
    const raw = [{ eventID: 'mine' }, { eventID: 'mine' }]
    const nameless = { awsRequestId: undefined }
    const origins = [
      ...(await originsIn(raw)),
      ...(await originsIn(raw, nameless)),
      ...(await originsIn(raw, nameless)),
      ...(await originsIn(kinesisEvent([{}]), { functionName: 'one' })),
      ...(await originsIn(kinesisEvent([{}]), { functionName: 'other' })),
    ]
    expect(origins).toHaveLength(8)
    expect(new Set(origins).size).toBe(8)
  })

  test('options of the queue, computed from what is sent', async () => {
    const { send, ...sender } = memoryQueue()
    const got: Entry[] = []
    const to = queue({
      type: 'sqs',
      name: 'q.fifo',
      path: 'P',
      groupId: ({ kwargs, path }: Sending<{ g: string }>) => `${path}-${kwargs.g}`,
      deduplicationId: 'same',
      sender: () => ({
        ...sender,
        send: (...call) => {
          got.push(...call[1])
          return send(...call)
        },
      }),
    })
    await run([{}], { call: () => payload({ queue: to, kwargs: { g: 'a' } }) })
    expect(got.map(({ groupId, deduplicationId }) => [groupId, deduplicationId])).toEqual([['P-a', 'same']])
  })

  test.each<[what: string, groupId: () => unknown, says: string]>([
    ['throws', () => [].at(0)?.['x' as never] ?? JSON.parse('{'), 'could not be computed'],
    ['is empty', () => '', 'must be text and not empty'],
    ['is no text', () => 5, 'must be text and not empty'],
  ])('a groupId that %s fails its message, and does not drop it', async (_, groupId, says) => {
    const memory = memoryQueue()
    const to = queue({ type: 'sqs', name: 'q', groupId: groupId as () => string, sender: () => memory })
    const messages = await run(sqsEvent([{}]), { call: () => payload({ queue: to }) })
    expect(outcomes(messages)).toEqual(['failed'])
    expect(reasons(messages)[0]).toContain(`FailCatastrophically: to sqs q: its groupId ${says}`)
  })

  test('the trace header of its source, else of the invocation', async () => {
    const { queue: to, sent } = memoryQueue()
    const event = sqsEvent([{}])
    Object.assign(event.Records[0]?.attributes ?? {}, { AWSTraceHeader: 'Root=1-source' })
    await run(event, { call: () => payload({ queue: to }) })
    const data = { lpipe: { AWSTraceHeader: 'Root=1-stream' } }
    await run(kinesisEvent([data]), { call: () => payload({ queue: to }) })
    process.env['_X_AMZN_TRACE_ID'] = 'Root=1-invocation'
    await run([{}], { call: () => payload({ queue: to }) })
    delete process.env['_X_AMZN_TRACE_ID']
    expect(entries(sent).map(({ trace }) => trace)).toEqual(['Root=1-source', 'Root=1-stream', 'Root=1-invocation'])
  })

  test('nobody to send: the message fails with the cure', async () => {
    const to = queue({ type: 'sqs', name: 'q' })
    const messages = await run(sqsEvent([{}]), { call: () => payload({ queue: to }) })
    expect(reasons(messages)[0]).toMatch(
      /InvalidConfigurationError: .*nobody sends to queues of type 'sqs'.*senders: \{ sqs: \.\.\. \}/,
    )
  })
})

describe('hops', () => {
  const hopped = (hops: number) => {
    const event = sqsEvent([{}])
    const stringValue = textOfTrail({ hops, through: ['sqs a', 'sqs b', 'sqs a'] })
    Object.assign(event.Records[0] ?? {}, { messageAttributes: { [trailName]: { stringValue, dataType: 'String' } } })
    return event
  }

  test('are counted on from the source', async () => {
    const { queue: to, sent } = memoryQueue()
    await run(hopped(7), { call: () => payload({ queue: to }) })
    expect(entries(sent)[0]?.headers).toEqual({ [trailName]: '8|sqs a|sqs b|sqs a|memory memory' })
  })

  test('beyond maxHops fail the message, with the loop shown', async () => {
    const { queue: to, sent } = memoryQueue()
    const call = () => payload({ queue: to })
    expect(outcomes(await run(hopped(99), { call }))).toEqual(['succeeded'])
    const messages = await run(hopped(100), { call })
    expect(outcomes(messages)).toEqual(['failed'])
    expect(reasons(messages)[0]).toContain(
      'went through queues 100 times already, at last sqs a > sqs b > sqs a > memory memory. Does the graph feed itself?',
    )
    expect(sent.length).toBe(1)
  })

  test.each(['', 'many', '-5', '1e999', '{}'])(
    'a trail that somebody else wrote, %j, counts as none',
    async (stringValue) => {
      const { queue: to, sent } = memoryQueue()
      const event = sqsEvent([{}])
      Object.assign(event.Records[0] ?? {}, { messageAttributes: { [trailName]: { stringValue } } })
      await run(event, { call: () => payload({ queue: to }) })
      expect(entries(sent)[0]?.headers).toEqual({ [trailName]: '1|memory memory' })
    },
  )
})

describe('deadLetter', () => {
  test('keeps what would be dropped, with its error, its path, its source and the time', async () => {
    const dead = memoryQueue({ name: 'dead' })
    const work = fn(z.object({ id: z.number() }), function work({ id }) {
      if (id === 2) throw new FailButContinue('enough of it')
      if (id === 3) throw new Error('oops')
    })
    const event = sqsEvent([{ id: 1 }, { id: 2 }, { id: 3 }, { id: 'x' }, 'no json'])
    const messages = await run(event, { call: work, chain: { deadLetter: dead.queue } })
    expect(outcomes(messages)).toEqual(['succeeded', 'dropped', 'dropped', 'dropped', 'dropped'])
    const letters = dead.sent.map(({ body }) => body as DeadLetter)
    expect(letters.map(({ error }) => error)).toEqual([
      { name: 'FailButContinue', message: 'enough of it' },
      { name: 'Error', message: 'oops' },
      {
        name: 'InvalidPayloadError',
        message: 'work: id: expected number, got text',
        issues: [expect.objectContaining({ path: ['id'] })],
      },
      { name: 'InvalidPayloadError', message: 'record message-4: its body must be valid JSON, got text' },
    ])
    for (const [index, letter] of letters.entries()) {
      const record = event.Records[index + 1]
      expect(letter.record).toEqual(record)
      expect(letter.source).toEqual({ type: 'sqs', arn: record?.eventSourceARN, id: record?.messageId })
      expect(new Date(letter.time).toISOString()).toBe(letter.time)
    }
    expect(letters[0]).toMatchObject({ path: null, function: 'work' })
  })

  test('if it cannot be kept, the message is failed, not dropped', async () => {
    const dead = memoryQueue({ refuse: () => ({ code: 'Wrong', reason: 'never', senderFault: true }) })
    const small = memoryQueue({ maxBytes: 10 })
    const call = () => {
      throw new FailButContinue('enough')
    }
    for (const { queue: deadLetter } of [dead, small]) {
      expect(outcomes(await run(sqsEvent([{}]), { call, chain: { deadLetter } }))).toEqual(['failed'])
    }
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const throwing = () => {
      throw proxy // nobody can look at it, so no letter can be made of it
    }
    const kept = await run(sqsEvent([{}]), { call: throwing, chain: { deadLetter: memoryQueue().queue } })
    expect(outcomes(kept)).toEqual(['failed'])
  })
})

describe('under a handler of one’s own', () => {
  const under = (handler: (event: unknown, context: never) => unknown) =>
    middy(handler as never).use([
      errorClassifier({ logger: { debug() {}, info() {}, warn() {}, error() {} } }),
      batchDecoder(),
      messageNormalizer({ basic: true }),
      payloadChain(),
    ])

  test('payloads for queues in its results are sent, of those that succeeded', async () => {
    const { queue: to, sent } = memoryQueue()
    const results = [
      { status: 'fulfilled', value: payload({ queue: to, kwargs: 1 }) },
      { status: 'rejected', reason: new Error('oops') },
      { status: 'fulfilled', value: [payload({ queue: to, kwargs: 3 }), 'more'] },
      { status: 'fulfilled', value: 'plain' },
    ]
    const answer = await invoke<PromiseSettledResult<unknown>[]>(
      under(async () => results),
      sqsEvent([{}, {}, {}, {}]),
    )
    expect(sent.map(({ body }) => body)).toEqual([1, 3])
    expect(answer.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'fulfilled', 'fulfilled'])
    expect(answer.map((result) => isObject(result) && result['value'])).toEqual([
      undefined,
      undefined,
      undefined,
      'plain',
    ])
  })

  test('a payload for a path needs a router: the message fails', async () => {
    const handler = under(async () => [{ status: 'fulfilled', value: payload({ path: 'A' }) }])
    const [result] = await invoke<PromiseRejectedResult[]>(handler, sqsEvent([{}]))
    expect(String(result?.reason)).toMatch(/InvalidConfigurationError: .*needs pathRouter\(\) after it/)
  })
})
