/** What the chain does with what functions return for queues. The calls themselves are tested with the dispatcher of the core. */
import { describe, expect, test } from '@jest/globals'
import { action, FailButContinue, FailCatastrophically, payload, queue, type Sender } from '@lpipe/core'
import type { SenderFactory, SendFailure } from '@lpipe/core/outbox'
import { kinesisEvent, memoryQueue, sqsEvent } from '@lpipe/testing'
import { outcomes, reasons, run, senderWith } from './pipeline.ts'

const bodies = (count: number) => Array.from({ length: count }, (_, id) => ({ id }))
const busy: SendFailure = { code: 'Busy', reason: 'try again', senderFault: false }
const wrong: SendFailure = { code: 'Wrong', reason: 'never', senderFault: true }
const ids = (sent: readonly { readonly body: unknown }[]) => sent.map(({ body }) => (body as { id: unknown }).id)

describe('calls are shared', () => {
  test('by ten messages that send one entry each', async () => {
    const { queue: to, calls, sent } = memoryQueue()
    await run(sqsEvent(bodies(10)), { call: (kwargs) => payload({ queue: to, kwargs }) })
    expect(calls).toEqual([10])
    expect(ids(sent)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('and leave when they are full, while later messages run', async () => {
    const { queue: to, calls } = memoryQueue({ maxEntries: 2 })
    const seen: number[] = []
    await run(sqsEvent(bodies(5)), {
      call: async (kwargs) => {
        await new Promise((resolve) => setImmediate(resolve))
        seen.push(calls.length)
        return payload({ queue: to, kwargs })
      },
    })
    expect(seen).toEqual([0, 0, 1, 1, 2])
    expect(calls).toEqual([2, 2, 1])
  })

  test('within the bytes that a sender takes, counted in UTF-8', async () => {
    const { queue: to, calls } = memoryQueue({ maxBytes: 40 })
    // 14 bytes each as UTF-16 units, 20 in UTF-8: two fit, three do not.
    await run(sqsEvent(bodies(4)), { call: () => payload({ queue: to, kwargs: { t: 'éèàùâê' } }) })
    expect(calls).toEqual([2, 2])
  })

  test('by queues that share a sender factory: the sender is made once', async () => {
    let made = 0
    const calls: number[] = []
    const sender = () => {
      made += 1
      return senderWith({
        send: async (_, wires) => {
          calls.push(wires.length)
          return wires.map(() => undefined)
        },
      })
    }
    const of = (path: string) => queue({ type: 'own', name: 'q', path, sender })
    await run([{}, {}], { call: () => [payload({ queue: of('A') }), payload({ queue: of('B') })] })
    expect(made).toBe(1)
    expect(calls).toEqual([4])
  })

  test('by queues whose senders are wrapped; a wrapper also gets the sender of the option', async () => {
    const names: string[] = []
    const wrapperOf = (name: string, factory: SenderFactory | undefined): SenderFactory => {
      const wrap = (sender: Sender): Sender => {
        names.push(name)
        return sender
      }
      return Object.assign(() => wrap((factory as SenderFactory)()), { wrapper: { factory, wrap } })
    }
    let made = 0
    const own = () => {
      made += 1
      return senderWith({})
    }
    const queues = ['one', 'two'].map((name) => queue({ type: 'own', name, sender: wrapperOf(name, own) }))
    await run([{}], { call: () => queues.map((to) => payload({ queue: to })) })
    expect({ made, names }).toEqual({ made: 1, names: ['one', 'two'] })
    const { queue: _, ...given } = memoryQueue()
    const nested = queue({ type: 'own', name: 'q', sender: wrapperOf('outer', wrapperOf('inner', undefined)) })
    await run([{}], { call: () => payload({ queue: nested }), chain: { senders: { own: given } } })
    expect(given.sent).toHaveLength(1)
    expect(names.slice(2)).toEqual(['inner', 'outer'])
  })

  test('with the delivery options that the user set', async () => {
    let running = 0
    let most = 0
    const sender = senderWith({
      maxEntries: 1,
      send: async (_, wires) => {
        running += 1
        most = Math.max(most, running)
        await new Promise((resolve) => setImmediate(resolve))
        running -= 1
        return wires.map(() => undefined)
      },
    })
    const to = queue({ type: 'own', name: 'q', sender: () => sender })
    const call = () => Array.from({ length: 20 }, () => payload({ queue: to }))
    await run([{}], { call, chain: { delivery: { maxCalls: 2 } } })
    expect(most).toBe(2)
  })
})

describe('what a message sends is buffered until it ends', () => {
  test.each<[what: string, error: Error | undefined, outcome: string, sent: unknown[]]>([
    ['succeeded: sent', undefined, 'succeeded', [{ id: 0 }]],
    ['dropped: sent', new FailButContinue('enough'), 'dropped', [{ id: 0 }]],
    ['an unknown error: dropped, and sent', new Error('oops'), 'dropped', [{ id: 0 }]],
    ['failed: discarded, because the retry makes it again', new FailCatastrophically('later'), 'failed', []],
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
    const messages = await run(sqsEvent([{ id: 0 }]), { router: { paths, defaultPath: 'START' } as never })
    expect(outcomes(messages)).toEqual([outcome])
    expect(sent.map(({ body }) => body)).toEqual(expected)
    expect(calls).toHaveLength(expected.length)
  })

  test('as JSON text: what a function does with its kwargs later changes nothing', async () => {
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

  test('if it cannot be written as JSON, its message fails, and no other', async () => {
    const { queue: to, sent } = memoryQueue()
    const loop: { self?: object } = {}
    loop.self = loop
    const values = [loop, () => 1, { id: 1n }, { fine: true }]
    const messages = await run(sqsEvent(bodies(4)), {
      call: ({ id }: { id: number }) => payload({ queue: to, kwargs: values[id] as never }),
    })
    expect(sent.map(({ body }) => body)).toEqual([{ fine: true }])
    expect(reasons(messages)).toEqual([
      ...Array(2).fill('UndeliverableError: cannot send to memory memory: the kwargs cannot be written as JSON'),
      'UndeliverableError: cannot send to memory memory: `kwargs.*` must be a value that JSON can carry, received a bigint: send its toString()',
      'ok',
    ])
    expect(outcomes(messages)).toEqual(['failed', 'failed', 'failed', 'succeeded'])
  })

  test('characters that JSON allows and XML 1.0 does not are escaped', async () => {
    const { queue: to, sent } = memoryQueue()
    await run([{}], { call: () => payload({ queue: to, kwargs: '\uFFFE\uFFFF\u0000\uD800 é' }) })
    expect(sent.map(({ entry }) => entry.body)).toEqual(['"\\ufffe\\uffff\\u0000\\ud800 é"'])
    expect(sent.map(({ body }) => body)).toEqual(['\uFFFE\uFFFF\u0000\uD800 é'])
  })
})

describe('each answer is reconciled', () => {
  test('an entry that is refused for good fails the message that it came from', async () => {
    const refuse = ({ id }: { id: number }) => (id === 1 ? wrong : undefined)
    const { queue: to, calls, sent } = memoryQueue({ refuse })
    const messages = await run(sqsEvent(bodies(3)), { call: (kwargs) => payload({ queue: to, kwargs }) })
    expect(reasons(messages)).toEqual(['ok', 'UndeliverableError: could not send to memory memory: Wrong: never', 'ok'])
    expect(outcomes(messages)).toEqual(['succeeded', 'failed', 'succeeded'])
    expect(ids(sent)).toEqual([0, 2])
    expect(calls).toEqual([3])
  })

  test("a failed message's other entries are sent all the same, where nothing keeps order", async () => {
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

  test('an entry that may be accepted later is retried', async () => {
    const refuse = ({ id }: { id: number }, call: number) => (id < 2 && call < 4 ? busy : undefined)
    const { queue: to, calls, sent } = memoryQueue({ refuse })
    const messages = await run(sqsEvent(bodies(3)), { call: (kwargs) => payload({ queue: to, kwargs }) })
    expect(outcomes(messages)).toEqual(['succeeded', 'succeeded', 'succeeded'])
    expect(calls).toEqual([3, 2, 2, 2])
    expect(ids(sent)).toEqual([2, 0, 1])
  })

  test('with a deadline it is retried while there is time, and the response leaves before the end', async () => {
    const to = memoryQueue({ refuse: () => busy })
    let isOver = false
    const timer = setTimeout(() => {
      isOver = true
    }, 1000)
    const messages = await run(sqsEvent([{}]), {
      call: () => payload({ queue: to.queue }),
      chain: { delivery: { maxAttempts: 1_000_000 } },
      context: { getRemainingTimeInMillis: () => 1000 },
    })
    expect(to.calls.length).toBeGreaterThan(1)
    clearTimeout(timer)
    expect(isOver).toBe(false)
    expect(outcomes(messages)).toEqual(['failed'])
  })

  test('a message larger than a call fails, with what to do', async () => {
    const { queue: to, calls } = memoryQueue({ maxBytes: 20 })
    const messages = await run(sqsEvent([{}]), { call: () => payload({ queue: to, kwargs: 'x'.repeat(30) }) })
    expect(reasons(messages)).toEqual([
      'UndeliverableError: cannot send to memory memory: the message has 32 bytes, and the limit is 20. Send a reference instead',
    ])
    expect(calls).toEqual([])
  })
})

describe('an error that is not of the user’s function fails its message, and does not drop it', () => {
  const throws = () => {
    throw new Error('odd')
  }
  const sender = (overrides: object) => {
    const made = senderWith(overrides)
    return queue({ type: 'own', name: 'q', sender: () => made })
  }
  test.each<[what: string, to: () => ReturnType<typeof queue>]>([
    ['a sender factory that throws', () => queue({ type: 'own', name: 'q', sender: throws })],
    [
      'a sender factory that returns nothing',
      () => queue({ type: 'own', name: 'q', sender: (() => undefined) as never }),
    ],
    ['a `prepare` that throws', () => sender({ prepare: throws })],
    ['a `prepare` that returns nothing', () => sender({ prepare: () => undefined })],
    ['an `identityOf` that throws', () => sender({ identityOf: throws })],
    [
      'an `open` that throws',
      () => queue({ type: 'own', name: 'q', sender: () => ({ ...senderWith({}), open: throws }) as never }),
    ],
    [
      'a `checkQueue` that throws',
      () => queue({ type: 'own', name: 'q', sender: () => senderWith({ checkQueue: throws }) }),
    ],
  ])('%s', async (_, to) => {
    const messages = await run(sqsEvent([{}]), { call: () => payload({ queue: to() }) })
    expect(outcomes(messages)).toEqual(['failed'])
  })
})

describe('order', () => {
  const of = (...groups: string[]) => groups.map((g, id) => ({ id, g }))
  const groupId = ({ g }: { g: string }) => g

  test('one call at a time carries a message group', async () => {
    let running = 0
    let most = 0
    const memory = memoryQueue({ maxEntries: 1, ordered: true })
    const sender = {
      ...memory,
      send: async (...call: Parameters<typeof memory.send>) => {
        running += 1
        most = Math.max(most, running)
        await new Promise((resolve) => setImmediate(resolve))
        running -= 1
        return memory.send(...call)
      },
    }
    const to = queue({ type: 'memory', name: 'memory', sender: () => sender })
    await run(sqsEvent(bodies(5)), { call: (kwargs) => payload({ queue: to, kwargs }) })
    expect(most).toBe(1)
    expect(ids(memory.sent)).toEqual([0, 1, 2, 3, 4])
  })

  test('if a send fails after later messages of its group have run, they fail too, and what they send is not sent', async () => {
    const { queue: to, sent } = memoryQueue({
      refuse: ({ id }: { id: number }) => (id === 0 ? wrong : undefined),
      maxEntries: 1,
    })
    const event = sqsEvent(of('a', 'b', 'a', 'b'), { name: 'q.fifo', groupId })
    const messages = await run(event, { call: (kwargs) => payload({ queue: to, kwargs }) })
    expect(outcomes(messages)).toEqual(['failed', 'succeeded', 'failed', 'succeeded'])
    expect(reasons(messages)[2]).toBe(
      'SkippedError: skipped, because message message-0 of the same ordering group failed',
    )
    expect(ids(sent)).toEqual([1, 3])
  })

  test('of a stream the first failed message and all later ones come back', async () => {
    const { queue: to } = memoryQueue({ refuse: ({ id }: { id: number }) => (id === 1 ? wrong : undefined) })
    const call = (kwargs: object) => payload({ queue: to, kwargs })
    expect(outcomes(await run(kinesisEvent(bodies(4)), { call }))).toEqual(['succeeded', 'failed', 'failed', 'failed'])
    const continued = await run(kinesisEvent(bodies(4)), { call, router: { onStreamFailure: 'continue' } })
    expect(outcomes(continued)).toEqual(['succeeded', 'failed', 'succeeded', 'succeeded'])
  })
})

test('functions wait while too many bytes wait to be sent', async () => {
  const { queue: to, sent } = memoryQueue({ maxEntries: 1 })
  const waiting: number[] = []
  let called = 0
  const call = () => {
    called += 1
    waiting.push(called - 1 - sent.length)
    return payload({ queue: to, kwargs: 'x'.repeat(98) })
  }
  await run(sqsEvent(bodies(50)), { call, chain: { delivery: { maxPendingBytes: 300 } } })
  expect(sent).toHaveLength(50)
  expect(Math.max(...waiting)).toBeLessThanOrEqual(4)
})

test('a message that sends keeps its kwargs until the end, because its send may fail; another does not', async () => {
  const { queue: to } = memoryQueue()
  const [sending, quiet] = await run(sqsEvent([{ id: 0 }, { id: 1 }]), {
    call: (kwargs) => ((kwargs as { id: number }).id === 0 ? payload({ queue: to, kwargs }) : undefined),
  })
  expect(sending?.payload?.kwargs).toEqual({ id: 0 })
  expect(quiet?.payload?.kwargs).toEqual({})
})

test('a send that fails after a function does not name that function', async () => {
  const refuse = () => {
    throw new Error('no')
  }
  const queues = [queue({ type: 'test', name: 'q', sender: () => senderWith({ prepare: refuse }) })]
  const paths = { START: [action({ functions: [function charge() {}], queues })] }
  const [message] = await run(sqsEvent([{ id: 0 }]), { router: { paths, defaultPath: 'START' } as never })
  expect(message).toMatchObject({ outcome: 'failed', path: 'START', function: undefined })
})
