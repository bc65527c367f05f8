import { describe, expect, test } from '@jest/globals'
import { FailButContinue, fn, payload, queue } from '@lpipe/core'
import { type DeadLetter, payloadChain } from '@lpipe/payload-chain'
import { kinesisEvent, memoryQueue, sqsEvent } from '@lpipe/testing'
import { z } from 'zod'
import { outcomes, reasons, run, senderWith } from './pipeline.ts'

const drops = () => {
  throw new FailButContinue('enough')
}

/** Runs a function for one message, with a dead-letter queue, and returns the letter. */
const letterOf = async (
  body: unknown,
  call: (kwargs: never) => unknown,
  options: Parameters<typeof memoryQueue>[0] = {},
): Promise<DeadLetter> => {
  const dead = memoryQueue({ name: 'dead', ...options })
  const messages = await run(sqsEvent([body]), { call: call as never, chain: { deadLetter: dead.queue } })
  expect(outcomes(messages)).toEqual(['dropped'])
  expect(dead.sent).toHaveLength(1)
  return dead.sent[0]?.body as DeadLetter
}

describe('deadLetter', () => {
  test('keeps what would be dropped, with its error, its place, its source and the time', async () => {
    const dead = memoryQueue({ name: 'dead' })
    const work = fn(z.object({ id: z.number() }), function work({ id }) {
      if (id === 2) throw new FailButContinue('enough of it')
      if (id === 3) throw new Error('oops')
    })
    const event = sqsEvent([{ id: 1 }, { id: 2 }, { id: 3 }, { id: 'x' }, 'not JSON'], { receiveCount: 2 })
    const messages = await run(event, { call: work, chain: { deadLetter: dead.queue } })
    expect(outcomes(messages)).toEqual(['succeeded', 'dropped', 'dropped', 'dropped', 'dropped'])
    const letters = dead.sent.map(({ body }) => body as DeadLetter)
    expect(letters.map(({ error }) => error)).toEqual([
      {
        name: 'FailButContinue',
        message: 'enough of it',
        stack: expect.stringMatching(/^FailButContinue: enough of it\n {4}at work .*dead-letter\.test\.ts/),
      },
      { name: 'Error', message: 'oops', stack: expect.stringContaining('dead-letter.test.ts') },
      {
        name: 'InvalidPayloadError',
        message: expect.stringMatching(/^work: .*id.*expected number, received string/),
        stack: expect.any(String),
        issues: [expect.objectContaining({ path: ['id'] })],
      },
      {
        name: 'InvalidPayloadError',
        message: 'record message-4: its body must be valid JSON, received string',
        stack: expect.any(String),
      },
    ])
    for (const [index, letter] of letters.entries()) {
      const record = event.Records[index + 1]
      expect(letter).toMatchObject({
        record,
        source: { type: 'sqs', arn: record?.eventSourceARN, id: record?.messageId },
        lambda: {
          name: 'test',
          arn: 'arn:aws:lambda:us-east-1:000000000000:function:test',
          requestId: '11111111-1111-1111-1111-111111111111',
        },
        receiveCount: 2,
      })
      expect(letter).not.toHaveProperty('truncated')
      expect(new Date(letter.time).toISOString()).toBe(letter.time)
    }
    expect(letters[0]).toMatchObject({ function: 'work' })
    expect(letters[3]).toMatchObject({ path: null, function: null })
  })

  test('says null where its source does not count the receives', async () => {
    const dead = memoryQueue()
    await run(kinesisEvent([{}]), { call: drops, chain: { deadLetter: dead.queue } })
    expect(dead.sent[0]?.body).toMatchObject({ receiveCount: null })
  })

  test('has a deduplication key of its message, whenever it is dropped', async () => {
    const keyOf = async (messageId: string) => {
      const dead = memoryQueue()
      const event = sqsEvent([{}])
      Object.assign(event.Records[0] ?? {}, { messageId })
      await run(event, { call: drops, chain: { deadLetter: dead.queue } })
      return dead.sent[0]?.entry.deduplicationKey
    }
    const key = await keyOf('m-1')
    await new Promise((resolve) => setTimeout(resolve, 2)) // the letter holds the time
    expect(await keyOf('m-1')).toBe(key)
    expect(await keyOf('m-2')).not.toBe(key)
  })

  test('is made whatever the error holds', async () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const unreadable = await letterOf({}, () => {
      throw proxy
    })
    expect(unreadable.error).toEqual({ name: 'Error', message: 'an unreadable value was thrown' })
    const huge = await letterOf({}, () => {
      throw new FailButContinue('x'.repeat(1_000_000))
    })
    expect(huge.error.message).toHaveLength(2000)
    expect(huge.error.stack).toMatch(/^FailButContinue: x{2000}\n {4}at .*dead-letter\.test\.ts/)
    expect(huge.error.stack?.length).toBeLessThanOrEqual(8000)
    const bigint = z.object({ id: z.custom((value) => value === 1n, { params: { expected: 1n } }) })
    const issue = await letterOf({ id: 1 }, fn(bigint, () => undefined) as never)
    expect(issue.error).toMatchObject({ name: 'InvalidPayloadError', issues: [expect.anything()] })
  })

  test('cuts a record that is too large to be kept', async () => {
    const maxBytes = 100_000
    const letter = await letterOf({ text: 'x'.repeat(maxBytes), id: 7 }, drops, { maxBytes })
    expect(letter.truncated).toMatch(/^the record has \d+ bytes and was cut; it cannot be sent back$/)
    expect(JSON.stringify(letter.record)).toContain('message-0')
    expect(Buffer.byteLength(JSON.stringify(letter))).toBeLessThan(maxBytes)
    // A character may take six bytes in JSON, and its escape is escaped again in the body.
    const control = await letterOf({ text: '\u0001'.repeat(maxBytes) }, drops, { maxBytes })
    expect(Buffer.byteLength(JSON.stringify(control))).toBeLessThan(maxBytes)
  })

  test('is made whatever else is large: the error, and the ids of a forged record', async () => {
    const huge = '\u0001'.repeat(200_000)
    for (const maxBytes of [8000, 50_000, 1_000_000]) {
      const dead = memoryQueue({ name: 'dead', maxBytes })
      const event = sqsEvent([{}])
      Object.assign(event.Records[0] ?? {}, { messageId: huge, eventSourceARN: `arn:aws:sqs:${huge}` })
      const call = () => {
        throw new FailButContinue(huge)
      }
      expect(outcomes(await run(event, { call, chain: { deadLetter: dead.queue } }))).toEqual(['dropped'])
      expect(dead.sent).toHaveLength(1)
      expect(Buffer.byteLength(dead.sent[0]?.entry.body ?? '')).toBeLessThanOrEqual(maxBytes)
    }
  })

  test('keeps what JSON cannot carry as strings', async () => {
    const dead = memoryQueue({ name: 'dead' })
    const event = { amount: 12n, list: [1, 2] }
    await run(event, { call: drops, router: {}, chain: { deadLetter: dead.queue } })
    expect(dead.sent.map(({ body }) => body)).toMatchObject([
      { record: { amount: '12', list: [1, 2] }, truncated: expect.stringContaining('is not JSON') },
    ])
  })

  test('if it cannot be sent, the message fails, with the original error', async () => {
    const refusing = memoryQueue({ refuse: () => ({ code: 'Wrong', reason: 'never', senderFault: true }) })
    const small = memoryQueue({ maxBytes: 10 })
    for (const { queue: deadLetter } of [refusing, small]) {
      const messages = await run(sqsEvent([{}]), { call: drops, chain: { deadLetter } })
      expect(outcomes(messages)).toEqual(['failed'])
    }
    const [message] = await run(sqsEvent([{}]), { call: drops, chain: { deadLetter: small.queue } })
    expect(message?.result).toMatchObject({
      reason: {
        message: expect.stringContaining('The message was to be dropped: FailButContinue: enough'),
        cause: new FailButContinue('enough'),
      },
    })
  })

  test('keeps a message of an ordered source that can never be sent, so that its group continues', async () => {
    const dead = memoryQueue({ name: 'dead' })
    const { queue: to, sent } = memoryQueue({ maxBytes: 100 })
    const event = sqsEvent([{ id: 0 }, { id: 1 }], { name: 'q.fifo', groupId: () => 'g' })
    const call = ({ id }: { id: number }) => payload({ queue: to, kwargs: id === 0 ? 'x'.repeat(1000) : id })
    const kept = await run(event, { call, chain: { deadLetter: dead.queue } })
    expect(outcomes(kept)).toEqual(['dropped', 'succeeded'])
    expect(dead.sent).toHaveLength(1)
    expect(sent.map(({ body }) => body)).toEqual([1])
    const blocked = await run(event, { call })
    expect(outcomes(blocked)).toEqual(['failed', 'failed'])
    expect(reasons(blocked)[1]).toMatch(/^SkippedError/)
  })

  test.each<[what: string, groupId: (sending: { kwargs: { id: string } }) => unknown]>([
    ['is empty', ({ kwargs: { id } }) => (id === 'bad' ? '' : id)],
    ['is missing', ({ kwargs: { id } }) => (id === 'bad' ? undefined : id)],
    ['cannot be computed', ({ kwargs: { id } }) => (id === 'bad' ? (undefined as never as string).length : id)],
  ])('a message of an ordered source whose computed group %s is kept, and its group goes on', async (_, groupId) => {
    const dead = memoryQueue({ name: 'dead' })
    const fifo = sqsEvent([{ id: 'bad' }, { id: 'fine' }], { name: 'q.fifo', groupId: () => 'g' })
    const to = queue({
      type: 'memory',
      name: 'to',
      groupId: groupId as never,
      sender: () => memoryQueue({ ordered: true }),
    })
    const messages = await run(fifo, {
      call: ({ id }: { id: string }) => payload({ queue: to as never, kwargs: { id } as never }),
      chain: { deadLetter: dead.queue },
    })
    expect(outcomes(messages)).toEqual(['dropped', 'succeeded'])
    expect(dead.sent).toHaveLength(1)
  })

  test('a message of an ordered source that looks like an envelope without its option is kept, and its group goes on', async () => {
    const dead = memoryQueue({ name: 'dead' })
    const bodies = [Buffer.from('{"id":1}').toString('base64'), { id: 2 }]
    const fifo = sqsEvent(bodies, { name: 'q.fifo', groupId: () => 'g' })
    const call = () => undefined
    expect(outcomes(await run(fifo, { call, chain: { deadLetter: dead.queue } }))).toEqual(['dropped', 'succeeded'])
    expect(dead.sent).toMatchObject([{ body: { error: { name: 'InvalidConfigurationError' } } }])
    // Without a dead-letter queue, or without a group that it would block, it stays.
    expect(outcomes(await run(fifo, { call }))).toEqual(['failed', 'failed'])
    expect(outcomes(await run(sqsEvent(bodies), { call, chain: { deadLetter: dead.queue } }))).toEqual([
      'failed',
      'succeeded',
    ])
  })

  test('a message of an ordered source that enters too many paths is kept, and its group goes on', async () => {
    const dead = memoryQueue({ name: 'dead' })
    const fifo = sqsEvent([{ rounds: 1e9 }, { rounds: 3 }], { name: 'q.fifo', groupId: () => 'g' })
    const round = ({ rounds }: { rounds: number }) =>
      rounds > 0 ? payload({ path: 'ROUND', kwargs: { rounds: rounds - 1 } }) : undefined
    const messages = await run(fifo, {
      router: { paths: { ROUND: [round] }, defaultPath: 'ROUND' } as never,
      chain: { deadLetter: dead.queue },
    })
    expect(outcomes(messages)).toEqual(['dropped', 'succeeded'])
    expect(dead.sent).toHaveLength(1)
  })

  describe('with an entry that its service refuses for good', () => {
    const never = { code: 'InvalidMessageContents', reason: 'never', senderFault: true }
    const serviceError = (name: string) => Object.assign(new Error('no'), { name, $fault: 'client' })
    const fifo = sqsEvent([{ id: 'bad' }, { id: 'fine' }], { name: 'q.fifo', groupId: () => 'g' })
    const isBad = (wires: readonly unknown[]) => wires.some((wire) => wire === 'bad')

    /** Runs two messages of a group, whose first sends what the sender refuses. */
    const runWith = async (
      send: (wires: readonly unknown[]) => (typeof never | undefined)[],
      event: unknown = fifo,
    ) => {
      const dead = memoryQueue({ name: 'dead' })
      const sent: unknown[] = []
      const own = senderWith({
        send: async (_, wires) => {
          const answers = send(wires)
          sent.push(...wires.filter((_, index) => answers[index] === undefined))
          return answers
        },
      })
      const to = queue({ type: 'own', name: 'to', sender: () => own })
      const call = ({ id }: { id: string }) => payload({ queue: to, kwargs: id })
      const messages = await run(event, { call, chain: { deadLetter: dead.queue } })
      return { messages, sent, letters: dead.sent.map(({ body }) => body as DeadLetter) }
    }

    const refuses = {
      'the whole call is refused': (wires: readonly unknown[]) => {
        if (isBad(wires)) throw serviceError('ValidationException')
        return wires.map(() => undefined)
      },
      'it is larger than the queue allows': (wires: readonly unknown[]) => {
        if (isBad(wires)) throw serviceError('BatchRequestTooLong')
        return wires.map(() => undefined)
      },
      'the answer of its call refuses it and accepts another': (wires: readonly unknown[]) =>
        wires.map((wire) => (wire === 'bad' ? { ...never, code: 'Other' } : undefined)),
    }

    test.each(Object.entries(refuses))('a message of an ordered source is kept: %s', async (_, send) => {
      const { messages, sent, letters } = await runWith(send)
      expect(outcomes(messages)).toEqual(['dropped', 'succeeded'])
      expect(sent).toEqual(['fine'])
      expect(letters).toMatchObject([
        { error: { name: 'UndeliverableError', message: expect.stringMatching(/^could not send to own to: /) } },
      ])
    })

    test('a message of a source without order fails, as without a dead-letter queue', async () => {
      const { messages, letters } = await runWith(
        refuses['the whole call is refused'],
        sqsEvent([{ id: 'bad' }, { id: 'b' }]),
      )
      expect(outcomes(messages)).toEqual(['failed', 'succeeded'])
      expect(letters).toEqual([])
    })

    test('a message is kept if the answer of a call with its entry alone refuses the content', async () => {
      const alone = sqsEvent([{ id: 'bad' }], { name: 'q.fifo', groupId: () => 'g' })
      const { messages, letters } = await runWith(() => [never], alone)
      expect(outcomes(messages)).toEqual(['dropped'])
      expect(letters).toHaveLength(1)
    })

    test('messages fail if the answer of a call refuses all entries for another reason: the cause may be the queue', async () => {
      const { messages, letters } = await runWith((wires) => wires.map(() => ({ ...never, code: 'Other' })))
      expect(outcomes(messages)).toEqual(['failed', 'failed'])
      expect(letters).toEqual([])
    })

    test.each(['AccessDenied', 'QueueDoesNotExist', 'KMSDisabledException'])(
      'a fault of the queue or of the rights fails: %s',
      async (code) => {
        const asAnswer = await runWith((wires) => wires.map(() => ({ ...never, code })))
        const asError = await runWith(() => {
          throw serviceError(code)
        })
        for (const { messages, letters } of [asAnswer, asError]) {
          expect(outcomes(messages)).toEqual(['failed', 'failed'])
          expect(letters).toEqual([])
        }
      },
    )
  })

  test('is made smaller until its queue accepts it', async () => {
    const letters: DeadLetter[] = []
    const sizeOf = (letter: DeadLetter) => JSON.stringify(letter).length
    const tooLarge = { code: 'InvalidParameterValue', reason: 'too large', senderFault: true }
    const own = senderWith({
      maxBytes: 1_000_000,
      send: async (_, wires) =>
        (wires as DeadLetter[]).map((letter) => {
          if (sizeOf(letter) > 20_000) return tooLarge
          letters.push(letter)
          return undefined
        }),
    })
    const deadLetter = queue({ type: 'own', name: 'dead', sender: () => own })
    const event = sqsEvent([{ text: 'x'.repeat(300_000) }, { id: 1 }])
    expect(outcomes(await run(event, { call: drops, chain: { deadLetter } }))).toEqual(['dropped', 'dropped'])
    expect(letters.map(({ truncated }) => typeof truncated)).toEqual(['undefined', 'string'])
    expect(letters[1]?.error.message).toBe('enough')
  })

  test('that is made late fails its message if no time is left', async () => {
    const dead = memoryQueue({ name: 'dead' })
    const slow = senderWith({
      send: (_, wires, signal) =>
        new Promise((resolve, reject) => {
          const serviceFault = Object.assign(new Error('no'), { name: 'ValidationException', $fault: 'client' })
          if (wires.includes('bad'))
            setImmediate(reject, serviceFault) // after the functions have run
          else signal.addEventListener('abort', () => resolve([undefined]))
        }),
      maxEntries: 1,
    })
    const to = queue({ type: 'own', name: 'to', sender: () => slow })
    const event = sqsEvent([{ id: 'bad' }, { id: 'slow' }], { name: 'q.fifo', groupId: (index) => `g${index}` })
    const call = ({ id }: { id: string }) => payload({ queue: to, kwargs: id })
    const messages = await run(event, {
      call,
      chain: { deadLetter: dead.queue },
      context: { getRemainingTimeInMillis: () => 1500 },
    })
    expect(outcomes(messages)).toEqual(['failed', 'failed'])
    expect(reasons(messages)[0]).toMatch(/could not send to memory dead: no answer before the time/)
    expect(dead.sent).toEqual([])
  })

  test('keeps a message of an ordered source that passed through too many queues; a loop of letters ends', async () => {
    const dead = memoryQueue({ name: 'dead' })
    const { queue: to } = memoryQueue()
    const outcomeAfter = async (hops: string) => {
      const event = sqsEvent([{}], { name: 'q.fifo', groupId: () => 'g' })
      Object.assign(event.Records[0] ?? {}, { messageAttributes: { 'lpipe-trail': { stringValue: hops } } })
      return outcomes(await run(event, { call: () => payload({ queue: to }), chain: { deadLetter: dead.queue } }))
    }
    expect(await outcomeAfter('10|a|b|a|b|a|b')).toEqual(['dropped'])
    expect(dead.sent[0]?.body).toMatchObject({ error: { name: 'UndeliverableError' } })
    expect(dead.sent[0]?.entry.headers).toEqual({ 'lpipe-trail': '11|b|a|b|a|b|memory dead' })
    expect(await outcomeAfter('11|b|a|b|a|b|memory dead')).toEqual(['failed'])
    expect(dead.sent).toHaveLength(1)
  })

  test('is not sent for a dropped message behind a failed one: it comes back', async () => {
    const dead = memoryQueue({ name: 'dead' })
    const failing = memoryQueue({ name: 'failing', refuse: () => ({ code: 'Busy', reason: 'no', senderFault: false }) })
    const event = sqsEvent([{ id: 0 }, { id: 1 }], { name: 'q.fifo', groupId: () => 'g' })
    const call = async ({ id }: { id: number }) => {
      if (id === 0) return payload({ queue: failing.queue, kwargs: id })
      await new Promise((resolve) => setTimeout(resolve, 20)) // until the send has failed
      throw new FailButContinue('enough')
    }
    const messages = await run(event, {
      call,
      chain: { deadLetter: dead.queue, delivery: { lingerMillis: 0, maxAttempts: 1 } },
    })
    expect(outcomes(messages)).toEqual(['failed', 'failed'])
    expect(dead.sent).toEqual([])
  })

  test('is checked when it is given', () => {
    const deadLetter = queue({ type: 'own', name: 'dead', prio: 1 })
    expect(() => payloadChain({ deadLetter, senders: { own: senderWith({}) } })).toThrow(
      "queue of type 'own': unknown option `prio`",
    )
  })
})
