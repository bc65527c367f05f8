import { describe, expect, jest, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import {
  action,
  type Batch,
  batchOf,
  type Call,
  fn,
  InvalidConfigurationError,
  type Message,
  payload,
  put,
  queue,
} from '@lpipe/core'
import { messageNormalizer } from '@lpipe/message-normalizer'
import { type PathRouterOptions, pathRouter } from '@lpipe/path-router'
import { invoke, kinesisEvent, sqsEvent } from '@lpipe/testing'
import middy, { type MiddlewareObj } from '@middy/core'
import { z } from 'zod'

/**
 * The least that the router asks of a chain: it holds what is sent until the walk is over. The real one is tested with
 * the real router in its own package, which depends on this one.
 */
const leastChain = (sent: unknown[]): MiddlewareObj => ({
  before: (request) => {
    const batch = batchOf(request)
    const held = new Map<Message, unknown[]>()
    batch.chain = {
      check: (payloads) => {
        for (const one of payloads) if (one.queue === undefined) batch.router?.check(one)
      },
      hold: (message, _, kwargs) => void held.set(message, [...(held.get(message) ?? []), kwargs]),
      release: (message) => void (message.outcome !== 'failed' && sent.push(...(held.get(message) ?? []))),
      post: undefined,
      open: () => {
        throw new Error('the least chain sends nothing')
      },
    }
  },
})

/** Runs the router with what it needs, and answers with the batch. */
const run = async (options: object, event: unknown, context: object = {}, sent: unknown[] = []): Promise<Batch> => {
  let batch: Batch | undefined
  const { call, defaultPath } = options as PathRouterOptions
  const handler = middy()
    .use([batchDecoder(), messageNormalizer({ basic: Boolean(call ?? defaultPath) }), leastChain(sent)])
    .use(pathRouter(options as PathRouterOptions))
    .after(({ context }) => {
      batch = (context as { lpipe?: Batch }).lpipe
    })
  await invoke(handler, event, context)
  return batch as Batch
}

const reasons = ({ received }: Batch) =>
  received.map(({ result }) => (result?.status === 'rejected' ? String(result.reason) : 'ok'))
const one = (path: string, kwargs: object = {}) => [{ path, kwargs }]

describe('names of paths', () => {
  const found = async (names: readonly string[], name: string) => {
    const seen: unknown[] = []
    const note = (_: object, { payload: { path } }: Call) => void seen.push(path)
    const batch = await run({ paths: Object.fromEntries(names.map((one) => [one, [note]])) }, one(name))
    return seen[0] ?? reasons(batch)[0]
  }

  test.each<[names: string[], name: string, path: string]>([
    [['DO_THING'], 'DO_THING', 'DO_THING'],
    [['DO_THING'], 'do_thing', 'DO_THING'],
    [['DO_THING'], 'Path.DO_THING', 'DO_THING'],
    [['DO_THING'], 'a.b.Do_Thing', 'DO_THING'],
    [['A.B', 'B'], 'a.b', 'A.B'],
    [['constructor'], 'Constructor', 'constructor'],
  ])('%j: %s leads to %s', async (names, name, path) => expect(await found(names, name)).toBe(path))

  test.each(['constructor', 'toString', 'hasOwnProperty', '__proto__', 'NOPE', 'DO_THING.'])(
    '%s leads nowhere',
    async (name) => {
      expect(await found(['DO_THING'], name)).toBe(`InvalidPathError: no path is called '${name}'. There are: DO_THING`)
    },
  )

  test('__proto__ is a path if it is defined', async () => {
    const paths: Record<string, unknown> = {}
    put(paths, '__proto__', [() => 'here'])
    const batch = await run({ paths }, '{"path": "__proto__", "kwargs": {}}')
    expect(batch.received[0]?.result).toEqual({ status: 'fulfilled', value: 'here' })
  })
})

describe('a graph with a start begins there, whatever a message names', () => {
  const answered = async (options: PathRouterOptions) => {
    const handler = middy().use([batchDecoder(), messageNormalizer(), pathRouter(options)])
    return (await invoke<PromiseFulfilledResult<unknown>[]>(handler, one('B', { id: 1 })))[0]?.value
  }

  test('call', async () => expect(await answered({ call: (kwargs) => kwargs })).toEqual({ id: 1 }))

  test('defaultPath', async () =>
    expect(await answered({ paths: { A: [() => 'A'], B: [() => 'B'] }, defaultPath: 'A' })).toBe('A'))
})

describe('what a function is given', () => {
  test('its second argument: payload, state, logger, context, signal', async () => {
    const calls: Call[] = []
    const note = (_: object, call: Call) => void calls.push(call)
    const paths = { A: [action({ functions: [note], paths: ['B'] })], B: [note] }
    const event = sqsEvent(one('a', { id: 1 }))
    const batch = await run({ paths }, event)
    expect(calls.map(({ payload }) => payload.path)).toEqual(['A', 'B'])
    for (const { payload, state, logger, context, signal } of calls) {
      expect(payload.eventSource).toBe(event.Records[0]?.eventSourceARN)
      expect(state).toEqual({ event, context, paths, batch })
      expect(Object.isFrozen(state)).toBe(true)
      expect(logger).toHaveProperty('info')
      expect(context.awsRequestId).toEqual(expect.any(String))
      expect(signal.aborted).toBe(false)
    }
  })

  test('kwargs of its own: what it does to them is nobody else’s affair', async () => {
    const seen: object[] = []
    const spoil = (kwargs: Record<string, unknown>) => {
      seen.push({ ...kwargs })
      kwargs['id'] = 'spoilt'
      kwargs['more'] = true
    }
    await run(
      {
        paths: { A: [action({ functions: [spoil, spoil], paths: ['B'] }), action({ functions: [spoil] })], B: [spoil] },
      },
      one('A', { id: 1 }),
    )
    expect(seen).toEqual([{ id: 1 }, { id: 1 }, { id: 1 }, { id: 1 }])
  })

  test('what its schema made of them, a class too; what goes on are the message’s own values', async () => {
    const schema = z.object({ at: z.string().transform((text) => new Date(text)), tier: z.string().default('free') })
    const seen: unknown[] = []
    const note = (kwargs: object) => void seen.push(kwargs)
    const signed = fn(schema, (kwargs) => note(kwargs))
    const paths = { A: [action({ functions: [signed], paths: ['B'] })], B: [note] }
    await run({ paths }, one('A', { at: '2026-01-01T00:00:00.000Z', extra: 1 }))
    expect(seen).toEqual([
      { at: new Date('2026-01-01T00:00:00.000Z'), tier: 'free' },
      { at: '2026-01-01T00:00:00.000Z' },
    ])
  })

  test('all functions of an action are asked before the first one runs, however long a schema takes', async () => {
    const ran: string[] = []
    const slow = z.object({ id: z.number() }).refine(async () => true)
    const first = fn(slow, function first() {
      ran.push('first')
    })
    const second = fn(z.object({ name: z.string() }), function second() {
      ran.push('second')
    })
    const batch = await run({ paths: { A: [first, second] } }, [
      ...one('A', { id: 1 }),
      ...one('A', { id: 1, name: 'Ada' }),
    ])
    expect(reasons(batch)[0]).toContain('second: name: expected text, got nothing (path A)')
    expect(ran).toEqual(['first', 'second'])
  })
})

test('a function’s logger says which message and function a line is about', async () => {
  const lines: unknown[] = []
  const logger = { debug() {}, info: (...line: unknown[]) => lines.push(line), warn() {}, error() {} }
  const work = ({ id }: { id: number }, call: Call) => call.logger.info('working', { id })
  const handler = middy()
    .use([batchDecoder(), messageNormalizer(), leastChain([])])
    .before(({ context }) => {
      ;(context as unknown as { lpipe: Batch }).lpipe.logger = logger
    })
    .use(pathRouter({ paths: { A: [work] } }))
  await invoke(handler, sqsEvent([...one('A', { id: 1 }), ...one('a', { id: 2 })]))
  expect(lines).toEqual([
    ['working', { messageId: 'message-0', path: 'A', function: 'work', id: 1 }],
    ['working', { messageId: 'message-1', path: 'A', function: 'work', id: 2 }],
  ])
})

describe('the walk', () => {
  test('functions, what they returned, paths, queues: each to its end before the next', async () => {
    const ran: string[] = []
    const to = queue({ type: 'sqs', name: 'q' })
    const sent: unknown[] = []
    const step = (name: string, returned?: () => unknown) => () => {
      ran.push(name)
      return returned?.()
    }
    const twice = () => [
      payload({ path: 'C' }),
      'no payload',
      payload({ queue: to, kwargs: 'between' }),
      payload({ path: 'D' }),
    ]
    await run(
      {
        paths: {
          A: [
            action({ functions: [step('a1', twice), step('a2')], paths: ['B'], queues: [to] }),
            action({ functions: [step('a3')] }),
          ],
          B: [step('b')],
          C: [step('c', () => payload({ path: 'D' }))],
          D: [step('d')],
        },
      },
      one('A'),
      {},
      sent,
    )
    expect(ran).toEqual(['a1', 'c', 'd', 'd', 'a2', 'b', 'a3'])
    expect(sent).toEqual(['between', {}])
  })

  test('a payload with members of its own is a payload all the same', async () => {
    const ran: string[] = []
    const more = () => [
      { ...payload({ path: 'B' }), steps: 7 },
      { ...payload({ path: 'B' }), run: 7 },
    ]
    await run({ paths: { A: [more], B: [() => void ran.push('B')] } }, one('A'))
    expect(ran).toEqual(['B', 'B'])
  })

  test('a graph that feeds itself ends in an error that says so', async () => {
    const batch = await run({ paths: { A: [action({ paths: ['B'] })], B: [() => payload({ path: 'A' })] } }, one('A'))
    expect(reasons(batch)[0]).toMatch(/InvalidConfigurationError: .*entered 1000 paths.*feed itself.*maxSteps/)
    expect(batch.received[0]?.outcome).toBe('failed')
  })

  test('a long chain costs no call depth, and a wide one no arguments', async () => {
    const chain = fn(z.object({ n: z.number() }), ({ n }) =>
      n === 0 ? 'end' : payload({ path: 'A', kwargs: { n: n - 1 } }),
    )
    const deep = await run({ paths: { A: [chain] }, maxSteps: 50_001 }, one('A', { n: 50_000 }))
    expect(deep.received[0]?.result).toEqual({ status: 'fulfilled', value: 'end' })
    let ran = 0
    const wide = () => Array.from({ length: 200_000 }, () => payload({ path: 'B' }))
    const count = () => {
      ran += 1
    }
    await run({ paths: { A: [wide], B: [count] }, maxSteps: Number.POSITIVE_INFINITY }, one('A'))
    expect(ran).toBe(200_000)
  })

  test('stays out of the way if the base handler answers', async () => {
    const handler = middy(async () => [{ status: 'fulfilled', value: 'mine' }]).use([
      batchDecoder(),
      messageNormalizer(),
      pathRouter({ paths: { A: [() => 'ours'] } }),
    ])
    expect(await invoke(handler, one('A'))).toEqual([{ status: 'fulfilled', value: 'mine' }])
  })
})

describe('without the others it says what is missing', () => {
  const bare = (...middlewares: object[]) => middy().use(middlewares)

  test('no decoder', async () => {
    await expect(invoke(bare(pathRouter({ call: () => 1 })), [])).rejects.toThrow('it needs batchDecoder() before it')
  })

  test('no normalizer: the message fails', async () => {
    const results = await invoke(bare(batchDecoder(), pathRouter({ call: () => 1 })), [{}])
    expect(results).toEqual([{ status: 'rejected', reason: expect.any(InvalidConfigurationError) }])
    expect(String((results as PromiseRejectedResult[])[0]?.reason)).toContain('it needs messageNormalizer() before it')
  })

  test('no chain, but an action with queues: the invocation fails before anything runs', async () => {
    let ran = false
    const note = () => {
      ran = true
    }
    const paths = { A: [note], B: [action({ queues: [queue({ type: 'sqs', name: 'q' })] })] }
    const handler = bare(batchDecoder(), messageNormalizer(), pathRouter({ paths }))
    await expect(invoke(handler, one('A'))).rejects.toThrow('payloads and queues need payloadChain() before it')
    expect(ran).toBe(false)
  })

  test('no chain, but a function that returns a payload: the message fails', async () => {
    const handler = bare(
      batchDecoder(),
      messageNormalizer(),
      pathRouter({ paths: { A: [() => payload({ path: 'A' })] } }),
    )
    const [result] = await invoke<PromiseRejectedResult[]>(handler, one('A'))
    expect(String(result?.reason)).toMatch(
      /InvalidConfigurationError: .*payloads and queues need payloadChain\(\) before it/,
    )
  })
})

describe('order and concurrency', () => {
  /** Notes who runs when, and how many at once; a body `{fail: true}` fails. */
  const watch = () => {
    const started: unknown[] = []
    let running = 0
    let most = 0
    const call = async ({ id, fail }: { id?: unknown; fail?: boolean }) => {
      started.push(id)
      most = Math.max(most, ++running)
      await new Promise((resolve) => setImmediate(resolve))
      running -= 1
      if (fail) throw new Error(`failed ${id}`)
    }
    return { call, started, most: () => most }
  }
  const bodies = (count: number) => Array.from({ length: count }, (_, id) => ({ id }))
  const outcomes = ({ received }: Batch) => received.map(({ outcome }) => outcome)

  test.each([
    [1, 1],
    [3, 3],
    [Number.POSITIVE_INFINITY, 10],
  ])('concurrency %p: %p at once', async (concurrency, most) => {
    const watched = watch()
    await run({ call: watched.call, concurrency }, sqsEvent(bodies(10)))
    expect(watched.most()).toBe(most)
    expect(watched.started).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('FIFO order is kept under concurrency: one group after another message, groups side by side', async () => {
    const watched = watch()
    const groupId = ({ id }: { id: number }) => String(id % 2)
    await run({ call: watched.call, concurrency: 10 }, sqsEvent(bodies(6), { name: 'q.fifo', groupId }))
    expect(watched.most()).toBe(2)
    expect(watched.started).toEqual([0, 1, 2, 3, 4, 5])
  })

  test('a standard queue with MessageGroupId stays fully concurrent', async () => {
    const watched = watch()
    await run({ call: watched.call, concurrency: 10 }, sqsEvent(bodies(6), { groupId: () => 'tenant' }))
    expect(watched.most()).toBe(6)
  })

  test('after a failure the rest of its group is failed untried, and other groups go on', async () => {
    const watched = watch()
    const groupId = ({ id }: { id: number }) => String(id % 2)
    const event = sqsEvent([{ id: 0, fail: true }, { id: 1 }, { id: 2 }, { id: 3 }], { name: 'q.fifo', groupId })
    const batch = await run({ call: watched.call }, event)
    expect(watched.started).toEqual([0, 1, 3])
    expect(outcomes(batch)).toEqual(['failed', 'succeeded', 'failed', 'succeeded'])
    expect(reasons(batch)[2]).toBe('NotTried: message message-0 failed, and they stay in order')
  })

  test('a stream stops at its first failure', async () => {
    const watched = watch()
    const event = kinesisEvent([{ id: 0 }, { id: 1, fail: true }, { id: 2 }])
    expect(outcomes(await run({ call: watched.call, concurrency: 5 }, event))).toEqual([
      'succeeded',
      'failed',
      'failed',
    ])
    expect(watched.started).toEqual([0, 1])
  })

  test('onStreamFailure: continue tries the rest all the same', async () => {
    const watched = watch()
    const event = kinesisEvent([{ id: 0 }, { id: 1, fail: true }, { id: 2 }])
    const batch = await run({ call: watched.call, onStreamFailure: 'continue' }, event)
    expect(outcomes(batch)).toEqual(['succeeded', 'failed', 'succeeded'])
  })
})

describe('time', () => {
  test('near the end nothing new starts: what is not started fails, what is done stays done', async () => {
    const time = { left: 10_000 } // a clock that stands until somebody turns it
    const ran: unknown[] = []
    const call = ({ id }: { id?: number }) => {
      ran.push(id)
      if (id === 1) time.left = 1000
    }
    const batch = await run({ call }, sqsEvent([{ id: 0 }, { id: 1 }, { id: 2 }]), {
      getRemainingTimeInMillis: () => time.left,
    })
    expect(ran).toEqual([0, 1])
    expect(batch.received.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded', 'failed'])
    expect(reasons(batch)[2]).toBe('NotTried: not started in time')
  })

  test('a logger that throws does not bring back what is done', async () => {
    const time = { left: 10_000 }
    const fail = () => {
      throw new Error('disk full')
    }
    const call = () => {
      time.left = 1000
    }
    let batch: Batch | undefined
    const handler = middy()
      .use([batchDecoder(), messageNormalizer({ basic: true })])
      .before(({ context }) => {
        batch = (context as unknown as { lpipe: Batch }).lpipe
        batch.logger = { debug: fail, info: fail, warn: fail, error: fail }
      })
      .use(pathRouter({ call }))
    await invoke(handler, sqsEvent([{}, {}]), { getRemainingTimeInMillis: () => time.left })
    expect(batch?.received.map(({ outcome }) => outcome)).toEqual(['succeeded', 'failed'])
  })

  test('a running function sees its signal abort, is failed, and what it returns later changes nothing', async () => {
    const to = queue({ type: 'sqs', name: 'q' })
    const sent: unknown[] = []
    let aborted = false
    let finish = (): void => undefined
    const late = new Promise<void>((resolve) => {
      finish = resolve
    })
    const call = async (_: object, { signal }: Call) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      aborted = signal.aborted
      await late
      return payload({ queue: to })
    }
    const started = Date.now()
    const context = { getRemainingTimeInMillis: () => 250 - (Date.now() - started) }
    const batch = await run({ call, reserveMillis: 200 }, sqsEvent([{}, {}]), context, sent)
    expect(Date.now() - started).toBeLessThan(250)
    expect(aborted).toBe(true)
    expect(reasons(batch)).toEqual([
      expect.stringContaining('FailCatastrophically: not finished in time: call still ran'),
      'NotTried: not started in time',
    ])
    finish()
    await new Promise((resolve) => setImmediate(resolve))
    expect(sent).toEqual([])
    expect(batch.received[0]?.outcome).toBe('failed')
  })

  test('a message that was given up stays on the path where that was', async () => {
    const { promise: late, resolve: finish } = Promise.withResolvers<void>()
    const slow = async () => {
      await late
      return payload({ path: 'B' })
    }
    const started = Date.now()
    const context = { getRemainingTimeInMillis: () => 250 - (Date.now() - started) }
    const options = { paths: { A: [slow], B: [() => undefined] }, reserveMillis: 200 }
    const batch = await run(options, sqsEvent([{ path: 'A', kwargs: {} }]), context)
    finish()
    await new Promise((resolve) => setImmediate(resolve))
    expect(batch.received.map(({ path, function: fn, outcome }) => [path, fn, outcome])).toEqual([
      ['A', 'slow', 'failed'],
    ])
  })

  test('no timer survives the invocation', async () => {
    const set = jest.spyOn(globalThis, 'setTimeout')
    const cleared = jest.spyOn(globalThis, 'clearTimeout')
    await run({ call: async () => undefined }, sqsEvent([{}]))
    const timers = set.mock.results.map(({ value }) => value)
    expect(timers.length).toBe(1)
    expect(cleared.mock.calls).toEqual(timers.map((timer) => [timer]))
    set.mockRestore()
    cleared.mockRestore()
  })

  test('without getRemainingTimeInMillis there is no deadline', async () => {
    const batch = await run({ call: () => 'done' }, sqsEvent([{}]), { getRemainingTimeInMillis: undefined })
    expect(reasons(batch)).toEqual(['ok'])
    expect(batch.left()).toBe(Number.POSITIVE_INFINITY)
  })
})
