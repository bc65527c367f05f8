import { describe, expect, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import {
  type Entry,
  FailButContinue,
  FailCatastrophically,
  payload,
  queue,
  type Refusal,
  type Sender,
} from '@lpipe/core'
import { messageNormalizer } from '@lpipe/message-normalizer'
import { pathRouter } from '@lpipe/path-router'
import { payloadChain } from '@lpipe/payload-chain'
import { invoke, kinesisEvent, memoryQueue, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { outcomes, reasons, run } from './pipeline.ts'

const bodies = (count: number) => Array.from({ length: count }, (_, id) => ({ id }))
const busy: Refusal = { code: 'Busy', reason: 'try again', senderFault: false }
const wrong: Refusal = { code: 'Wrong', reason: 'never', senderFault: true }
const ids = (sent: readonly { readonly body: unknown }[]) => sent.map(({ body }) => (body as { id: unknown }).id)

describe('gathering', () => {
  test('ten messages that forward one message each cost one call', async () => {
    const { queue: to, calls, sent } = memoryQueue()
    await run(sqsEvent(bodies(10)), { call: (kwargs) => payload({ queue: to, kwargs }) })
    expect(calls).toEqual([10])
    expect(ids(sent)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('a full call leaves while later messages still run', async () => {
    const { queue: to, calls } = memoryQueue({ maxEntries: 2 })
    const seen: number[] = []
    await run(sqsEvent(bodies(5)), {
      call: async (kwargs) => {
        seen.push(calls.length)
        return payload({ queue: to, kwargs })
      },
    })
    expect(seen).toEqual([0, 0, 1, 1, 2])
    expect(calls).toEqual([2, 2, 1])
  })

  test('a call holds no more bytes than its sender takes, counted in UTF-8', async () => {
    const { queue: to, calls } = memoryQueue({ maxBytes: 40 })
    // 14 bytes each as text of UTF-16 units, 20 in UTF-8: two fit, three do not.
    await run(sqsEvent(bodies(4)), { call: () => payload({ queue: to, kwargs: { t: 'éèàùâê' } }) })
    expect(calls).toEqual([2, 2])
  })

  test('queues that differ but for their path share their calls', async () => {
    const { queue: to, calls, sent } = memoryQueue()
    const other = queue({ type: 'memory', name: 'memory', path: 'P', sender: () => Object.assign({}, memoryQueue()) })
    await run([{}], { call: () => [payload({ queue: to, kwargs: 1 }), payload({ queue: other, kwargs: { a: 2 } })] })
    expect(calls).toEqual([2])
    expect(sent.map(({ body }) => body)).toEqual([1, { path: 'P', kwargs: { a: 2 } }])
  })

  test('the calls to one queue at a time are bounded', async () => {
    let flying = 0
    let most = 0
    const sender: Sender = {
      maxEntries: 1,
      maxBytes: 1000,
      sizeOf: () => 1,
      send: async (_, entries) => {
        most = Math.max(most, ++flying)
        await new Promise((resolve) => setImmediate(resolve))
        flying -= 1
        return entries.map(() => undefined)
      },
    }
    const to = queue({ type: 'mine', name: 'q', sender: () => sender })
    const call = () => Array.from({ length: 20 }, () => payload({ queue: to }))
    await run([{}], { call })
    expect(most).toBe(4)
    most = 0
    await run([{}], { call, chain: { maxCalls: 2 } })
    expect(most).toBe(2)
  })

  test('a sender is made once for a pipeline, not for each queue', async () => {
    let made = 0
    const { send, ...rest } = memoryQueue()
    const make = () => {
      made += 1
      return { send, ...rest }
    }
    const call = () => [1, 2].map((n) => payload({ queue: queue({ type: 'mine', name: `q${n}`, sender: make }) }))
    await run([{}, {}], { call })
    expect(made).toBe(1)
  })
})

describe('what a message sends is held until its walk is over', () => {
  test.each<[what: string, error: Error | undefined, outcome: string, sent: unknown[]]>([
    ['succeeded: sent', undefined, 'succeeded', [{ id: 0 }]],
    ['dropped: sent', new FailButContinue('enough'), 'dropped', [{ id: 0 }]],
    ['unknown: dropped, and sent', new Error('oops'), 'dropped', [{ id: 0 }]],
    ['failed: forgotten, for the retry makes it again', new FailCatastrophically('later'), 'failed', []],
  ])('%s', async (_, error, outcome, expected) => {
    const { queue: to, sent, calls } = memoryQueue()
    const paths = {
      START: [(kwargs: object) => [payload({ queue: to, kwargs }), payload({ path: 'END' })]],
      END: [
        () => {
          if (error) throw error
        },
      ],
    }
    const messages = await run([{ id: 0 }], {
      call: undefined as never,
      router: { paths, defaultPath: 'START' } as never,
    })
    expect(outcomes(messages)).toEqual([outcome])
    expect(sent.map(({ body }) => body)).toEqual(expected)
    expect(calls.length).toBe(expected.length)
  })

  test('what a function does with its kwargs later does not change what is sent', async () => {
    const { queue: to, sent } = memoryQueue()
    const kwargs = { id: 1 }
    const call = () => {
      setImmediate(() => {
        kwargs.id = 2
      })
      return payload({ queue: to, kwargs })
    }
    await run([{}, {}], { call })
    expect(ids(sent)).toEqual([1, 1])
  })

  test('what is no JSON fails its message, and only that', async () => {
    const { queue: to, sent } = memoryQueue()
    const loop: { self?: object } = {}
    loop.self = loop
    const values = [loop, 1n, () => 1, { fine: true }]
    const messages = await run(bodies(4), {
      call: ({ id }: { id: number }) => payload({ queue: to, kwargs: values[id] }),
    }).catch((error) => error)
    // RAW: a failed message fails the event, with all reasons.
    expect(sent.map(({ body }) => body)).toEqual([{ fine: true }])
    expect(reasons(messages).slice(0, 3)).toEqual(
      Array(3).fill('FailCatastrophically: to memory memory: the kwargs are no JSON'),
    )
  })

  test('what JSON leaves and XML 1.0 refuses is escaped', async () => {
    const bodies: string[] = []
    const { queue: to, sent } = memoryQueue()
    await run([{}], { call: () => payload({ queue: to, kwargs: '\uFFFE\uFFFF\u0000\uD800 é' }) })
    for (const { entry, body } of sent) {
      bodies.push(entry.body)
      expect(body).toBe('\uFFFE\uFFFF\u0000\uD800 é')
    }
    expect(bodies).toEqual(['"\\ufffe\\uffff\\u0000\\ud800 é"'])
  })
})

describe('every answer is reconciled', () => {
  test('an entry that can never be accepted fails the message it came from, at once', async () => {
    const {
      queue: to,
      calls,
      sent,
    } = memoryQueue({ refuse: ({ id }: { id: number }) => (id === 1 ? wrong : undefined) })
    const messages = await run(sqsEvent(bodies(3)), { call: (kwargs) => payload({ queue: to, kwargs }) })
    expect(reasons(messages)).toEqual(['ok', 'FailCatastrophically: not sent to memory memory: Wrong: never', 'ok'])
    expect(outcomes(messages)).toEqual(['succeeded', 'failed', 'succeeded'])
    expect(ids(sent)).toEqual([0, 2])
    expect(calls).toEqual([3])
  })

  test('what else a failed message sends goes out all the same, where nothing keeps order', async () => {
    const refusing = memoryQueue({ name: 'refusing', maxEntries: 2, refuse: () => wrong })
    const { queue: to, sent } = memoryQueue()
    // The first call is refused while later messages still run, long before anything leaves for the other queue.
    const call = async (kwargs: object) => {
      await new Promise((resolve) => setImmediate(resolve))
      return [payload({ queue: to, kwargs }), payload({ queue: refusing.queue, kwargs })]
    }
    const messages = await run(sqsEvent(bodies(5)), { call })
    expect(new Set(outcomes(messages))).toEqual(new Set(['failed']))
    expect(ids(sent)).toEqual([0, 1, 2, 3, 4])
  })

  test('an entry that may be accepted is tried again', async () => {
    const {
      queue: to,
      calls,
      sent,
    } = memoryQueue({
      refuse: ({ id }: { id: number }, call) => (id < 2 && call < 4 ? busy : undefined),
    })
    const messages = await run(sqsEvent(bodies(3)), { call: (kwargs) => payload({ queue: to, kwargs }) })
    expect(outcomes(messages)).toEqual(['succeeded', 'succeeded', 'succeeded'])
    expect(calls).toEqual([3, 2, 2, 2])
    expect(ids(sent)).toEqual([2, 0, 1])
  })

  test('a call that throws is tried again; by the client’s fault it is not', async () => {
    const refuse = (error: object, until: number) => (_: never, call: number) => {
      if (call < until) throw error
      return undefined
    }
    const busyQueue = memoryQueue({ refuse: refuse(new Error('reset'), 3) })
    await run([{}], { call: () => payload({ queue: busyQueue.queue }) })
    expect(busyQueue.calls.length).toBe(3)
    const denied = Object.assign(new Error('not yours'), { name: 'AccessDenied', $fault: 'client' })
    const deniedQueue = memoryQueue({ refuse: refuse(denied, 9) })
    const messages = await run(sqsEvent([{}]), { call: () => payload({ queue: deniedQueue.queue }) })
    expect(deniedQueue.calls.length).toBe(1)
    expect(reasons(messages)).toEqual(['FailCatastrophically: not sent to memory memory: AccessDenied: not yours'])
    expect(messages[0]?.result).toMatchObject({ reason: { cause: denied } })
  })

  test('throttling is nobody’s fault', async () => {
    const throttled = Object.assign(new Error('slow down'), { name: 'ThrottlingException', $fault: 'client' })
    const to = memoryQueue({
      refuse: (_, call) => {
        if (call === 1) throw throttled
        return undefined
      },
    })
    expect(outcomes(await run(sqsEvent([{}]), { call: () => payload({ queue: to.queue }) }))).toEqual(['succeeded'])
  })

  test.each([
    [0, 'none'],
    [1, 'too few'],
    [3, 'too many'],
  ])('%p answers for two entries (%s): none counts as sent', async (count) => {
    const sender: Sender = {
      maxEntries: 10,
      maxBytes: 1000,
      sizeOf: () => 1,
      send: async () => Array.from({ length: count }, () => undefined),
    }
    const to = queue({ type: 'mine', name: 'q', sender: () => sender })
    const context = { getRemainingTimeInMillis: undefined }
    const messages = await run(sqsEvent(bodies(2)), {
      call: () => payload({ queue: to }),
      chain: { maxAttempts: 2 },
      context,
    })
    expect(outcomes(messages)).toEqual(['failed', 'failed'])
    expect(reasons(messages)[0]).toContain('2 entries were sent, and not as many answered')
  })

  test('without a deadline an entry is tried so many times', async () => {
    const to = memoryQueue({ refuse: () => busy })
    const messages = await run(sqsEvent([{}]), {
      call: () => payload({ queue: to.queue }),
      context: { getRemainingTimeInMillis: undefined },
    })
    expect(to.calls.length).toBe(5)
    expect(reasons(messages)[0]).toContain('Busy: try again')
  })

  test('with a deadline it is tried while there is time, and the answer leaves before the end', async () => {
    const to = memoryQueue({ refuse: () => busy })
    const started = Date.now()
    const messages = await run(sqsEvent([{}]), {
      call: () => payload({ queue: to.queue }),
      context: { getRemainingTimeInMillis: () => 300 - (Date.now() - started) },
    })
    expect(to.calls.length).toBeGreaterThan(3)
    expect(Date.now() - started).toBeLessThan(300)
    expect(outcomes(messages)).toEqual(['failed'])
  })

  test('a call that is never answered fails its messages in time, and is told to stop', async () => {
    let told: AbortSignal | undefined
    const sender: Sender = {
      maxEntries: 10,
      maxBytes: 1000,
      sizeOf: () => 1,
      send: (_queue, _entries, { signal }) => {
        told = signal
        return new Promise(() => {})
      },
    }
    const to = queue({ type: 'mine', name: 'q', sender: () => sender })
    const started = Date.now()
    const messages = await run(sqsEvent([{}]), {
      call: () => payload({ queue: to }),
      context: { getRemainingTimeInMillis: () => 200 - (Date.now() - started) },
    })
    expect(Date.now() - started).toBeLessThan(200)
    expect(reasons(messages)[0]).toContain('no answer before the time of the invocation was up')
    expect(told?.aborted).toBe(true)
  })

  test('a message larger than a call can never be sent: it fails with what to do', async () => {
    const { queue: to, calls } = memoryQueue({ maxBytes: 20 })
    const messages = await run(sqsEvent([{}]), { call: () => payload({ queue: to, kwargs: 'x'.repeat(30) }) })
    expect(reasons(messages)).toEqual([
      'FailCatastrophically: to memory memory: the message is 32 bytes, and a call takes 20 at most. Send a reference instead',
    ])
    expect(calls).toEqual([])
  })

  test('a batch refused as too long is split and sent again, in order', async () => {
    const tooLong = Object.assign(new Error('too long'), { name: 'BatchRequestTooLong', $fault: 'client' })
    const lengths: number[] = []
    const got: Entry[] = []
    const sender: Sender = {
      maxEntries: 10,
      maxBytes: 1000,
      sizeOf: () => 1,
      orderOf: () => 'one group',
      send: async (_, entries) => {
        lengths.push(entries.length)
        if (entries.length > 3) throw tooLong
        got.push(...entries)
        return entries.map(() => undefined)
      },
    }
    const to = queue({ type: 'mine', name: 'q', sender: () => sender })
    const messages = await run(sqsEvent(bodies(10)), { call: (kwargs) => payload({ queue: to, kwargs }) })
    expect(new Set(outcomes(messages))).toEqual(new Set(['succeeded']))
    expect(lengths).toEqual([10, 5, 3, 3, 3, 1])
    expect(got.map(({ body }) => JSON.parse(body).id)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })
})

describe('order', () => {
  /** A queue with groups, `kwargs.g`, that refuses as it is told. */
  const grouped = (
    refuse: (body: { id: number; g: string }, call: number) => Refusal | undefined,
    options: object = {},
  ) => {
    const memory = memoryQueue({ refuse: refuse as never })
    const sender: Sender = { ...memory, orderOf: ({ body }) => JSON.parse(body).g }
    return { ...memory, to: queue({ type: 'memory', name: 'memory', ...options, sender: () => sender }) }
  }
  const of = (...groups: string[]) => groups.map((g, id) => ({ id, g }))

  test('after a refused entry the later ones of its group wait, those of others do not', async () => {
    const { to, sent, calls } = grouped(({ id }, call) => (id === 0 && call < 3 ? busy : undefined), {})
    const sender = { ...to.sender?.(), maxEntries: 1 } as Sender
    const slow = queue({ type: 'memory', name: 'memory', sender: () => sender })
    await run(sqsEvent(of('a', 'a', 'b', 'a')), { call: (kwargs) => payload({ queue: slow, kwargs }) })
    expect(ids(sent).filter((id) => id !== 2)).toEqual([0, 1, 3])
    expect(ids(sent)[0]).toBe(2)
    expect(calls.every((size) => size === 1)).toBe(true)
  })

  test('in one call SQS may accept a later entry and refuse an earlier one: strictOrder sends one of a group in a call', async () => {
    const refuse = ({ id }: { id: number }, call: number) => (id === 0 && call === 1 ? busy : undefined)
    const lax = grouped(refuse)
    await run(sqsEvent(of('a', 'a')), { call: (kwargs) => payload({ queue: lax.to, kwargs }) })
    expect(ids(lax.sent)).toEqual([1, 0])
    const strict = grouped(refuse, { strictOrder: true })
    await run(sqsEvent(of('a', 'a', 'b')), { call: (kwargs) => payload({ queue: strict.to, kwargs }) })
    expect(ids(strict.sent)).toEqual([2, 0, 1])
  })

  test('one call at a time carries a group', async () => {
    let flying = 0
    let most = 0
    const memory = memoryQueue({ maxEntries: 1 })
    const sender: Sender = {
      ...memory,
      orderOf: () => 'one group',
      send: async (...call) => {
        most = Math.max(most, ++flying)
        await new Promise((resolve) => setImmediate(resolve))
        flying -= 1
        return memory.send(...call)
      },
    }
    const to = queue({ type: 'memory', name: 'memory', sender: () => sender })
    await run(sqsEvent(bodies(5)), { call: (kwargs) => payload({ queue: to, kwargs }) })
    expect(most).toBe(1)
    expect(ids(memory.sent)).toEqual([0, 1, 2, 3, 4])
  })

  test('if a send fails after later messages of its lane have run, they are failed with it, and not sent', async () => {
    const { queue: to, sent } = memoryQueue({
      refuse: ({ id }: { id: number }) => (id === 0 ? wrong : undefined),
      maxEntries: 1,
    })
    const event = sqsEvent(of('a', 'b', 'a', 'b'), { name: 'q.fifo', groupId: ({ g }: { g: string }) => g })
    const messages = await run(event, { call: (kwargs) => payload({ queue: to, kwargs }) })
    expect(outcomes(messages)).toEqual(['failed', 'succeeded', 'failed', 'succeeded'])
    expect(reasons(messages)[2]).toContain('NotTried: message message-0 failed')
    expect(ids(sent)).toEqual([1, 3])
  })

  test('of a stream the first that failed and all after it come back', async () => {
    const { queue: to } = memoryQueue({ refuse: ({ id }: { id: number }) => (id === 1 ? wrong : undefined) })
    const call = (kwargs: object) => payload({ queue: to, kwargs })
    expect(outcomes(await run(kinesisEvent(bodies(4)), { call }))).toEqual(['succeeded', 'failed', 'failed', 'failed'])
    const going = await run(kinesisEvent(bodies(4)), { call, router: { onStreamFailure: 'continue' } })
    expect(outcomes(going)).toEqual(['succeeded', 'failed', 'succeeded', 'succeeded'])
  })
})

describe('an error elsewhere', () => {
  test('what has left is waited for, and nothing more is sent', async () => {
    const memory = memoryQueue({ maxEntries: 2 })
    let answered = 0
    const sender: Sender = {
      ...memory,
      send: async (...call) => {
        await new Promise((resolve) => setTimeout(resolve, 20))
        answered += 1
        return memory.send(...call)
      },
    }
    const to = queue({ type: 'slow', name: 'q', sender: () => sender })
    const handler = middy()
      .use([batchDecoder(), messageNormalizer({ basic: true }), payloadChain()])
      .after(() => {
        throw new Error('somebody else')
      })
      .use(pathRouter({ call: (kwargs: object) => payload({ queue: to, kwargs }) }))
    await expect(invoke(handler, sqsEvent(bodies(3)))).rejects.toThrow('somebody else')
    expect(answered).toBe(1)
    expect(ids(memory.sent)).toEqual([0, 1])
  })
})
