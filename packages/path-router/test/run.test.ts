import { Readable } from 'node:stream'
import { describe, expect, jest, test } from '@jest/globals'
import { action, type Batch, type Call, fn, payload, queue } from '@lpipe/core'
import { setOwn } from '@lpipe/core/middleware'
import type { PathRouterOptions } from '@lpipe/path-router'
import { invoke, kinesisEvent, memoryLogger, sqsEvent } from '@lpipe/testing'
import * as z from 'zod'
import { timeOver } from '../../core/test/batch-with.ts'
import { pipeline, run } from './run.ts'

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
      expect(await found(['DO_THING'], name)).toBe(
        'InvalidPathError: the message names a path that does not exist. Paths: DO_THING',
      )
    },
  )

  test('__proto__ is a path if it is defined', async () => {
    const paths: Record<string, unknown> = {}
    setOwn(paths, '__proto__', [() => 'here'])
    const batch = await run({ paths }, '{"path": "__proto__", "kwargs": {}}')
    expect(batch.received[0]?.result).toEqual({ status: 'fulfilled', value: 'here' })
  })
})

describe('a graph with a start begins there, whatever a message names', () => {
  const answered = async (options: PathRouterOptions) => {
    const [result] = await invoke<PromiseFulfilledResult<unknown>[]>(pipeline(options), one('B', { id: 1 }))
    return result?.value
  }

  test('call', async () =>
    expect(await answered({ call: (kwargs) => kwargs })).toEqual({ path: 'B', kwargs: { id: 1 } }))

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
      expect(state).toEqual({ event, context, paths, batch, values: new Map() })
      expect(Object.isFrozen(state)).toBe(true)
      expect(logger).toHaveProperty('info')
      expect(context.awsRequestId).toEqual(expect.any(String))
      expect(signal.aborted).toBe(false)
    }
  })

  test('no `this`', async () => {
    const seen: unknown[] = []
    function look(this: unknown) {
      seen.push(this)
    }
    await run({ paths: { A: [look] } }, one('A'))
    expect(seen).toEqual([undefined])
  })

  test('kwargs of its own: what it does to them changes nothing else', async () => {
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

  test('what its schema made of them; what goes on are the message’s own values', async () => {
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

  test('the kwargs of all functions of an action are validated before the first one runs, also by asynchronous schemas', async () => {
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
    expect(reasons(batch)[0]).toContain('second: name: expected string, received missing (path A)')
    expect(ran).toEqual(['first', 'second'])
  })
})

test('a function’s logger says which message and function a line is about', async () => {
  const logger = memoryLogger()
  const work = ({ id }: { id: number }, call: Call) => call.logger.info('working', { id })
  const event = sqsEvent([...one('A', { id: 1 }), ...one('a', { id: 2 })])
  await run({ paths: { A: [work] } }, event, {}, [], logger)
  expect(logger.lines).toEqual([
    { level: 'info', message: 'working', fields: { messageId: 'message-0', path: 'A', function: 'work', id: 1 } },
    { level: 'info', message: 'working', fields: { messageId: 'message-1', path: 'A', function: 'work', id: 2 } },
  ])
})

describe('a run', () => {
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

  test('a graph with a cycle ends in an error that says so', async () => {
    const batch = await run(
      { paths: { A: [action({ paths: ['B'], includeAllParams: true })], B: [() => payload({ path: 'A' })] } },
      one('A'),
    )
    expect(reasons(batch)[0]).toMatch(
      /UndeliverableError: pathRouter: the message entered more than `maxSteps` \(1000\) paths, last: [AB]\. Check the graph for a cycle, or raise `maxSteps`$/,
    )
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
})

describe('chains of paths', () => {
  /** Paths P0 to P<length - 1>, each of which runs the next. */
  const chainOf = (length: number, step: (next: string) => unknown, end: () => unknown) =>
    Object.fromEntries(
      Array.from({ length }, (_, index) => [`P${index}`, [index === length - 1 ? end : step(`P${index + 1}`)]]),
    )

  test.each([500, 900])('%i paths in a row, by actions: functions run in order, and params arrive', async (length) => {
    const ran: unknown[] = []
    const paths = chainOf(length, (next) => action({ paths: [next as never], requiredParams: ['n'] }), (({
      n,
    }: {
      n: number
    }) => ran.push(n)) as () => unknown)
    const batch = await run({ paths }, one('P0', { n: 7 }))
    expect(reasons(batch)).toEqual(['ok'])
    expect(ran).toEqual([7])
  })

  test.each([500, 900])('%i paths in a row, by payloads', async (length) => {
    const paths = chainOf(
      length,
      (next) => () => payload({ path: next }),
      () => 'end',
    )
    const batch = await run({ paths }, one('P0'))
    expect(batch.received[0]?.result).toEqual({ status: 'fulfilled', value: 'end' })
  })

  test('more than `maxSteps`: the message fails', async () => {
    const paths = chainOf(
      1001,
      (next) => () => payload({ path: next }),
      () => 'end',
    )
    expect(reasons(await run({ paths }, one('P0')))[0]).toContain('more than `maxSteps` (1000) paths, last: P1000.')
  })
})

describe('kwargs are isolated', () => {
  const order = { id: 1, items: [{ sku: 'a' }], to: { city: 'London' } }
  const original = structuredClone(order)
  const destroy = (kwargs: Record<string, unknown>) => {
    ;(kwargs['items'] as object[]).push({ sku: 'spoilt' })
    ;((kwargs['items'] as Record<string, unknown>[])[0] as Record<string, unknown>)['sku'] = 'spoilt'
    ;(kwargs['to'] as Record<string, unknown>)['city'] = 'spoilt'
  }
  const to = queue({ type: 'sqs', name: 'q' })

  /** Runs paths whose functions see what `note` notes. */
  const seenIn = async (pathsWith: (note: (kwargs: object) => void) => object, event: unknown = one('A', order)) => {
    const seen: unknown[] = []
    const sent: unknown[] = []
    const batch = await run({ paths: pathsWith((kwargs) => seen.push(structuredClone(kwargs))) }, event, {}, sent)
    expect(reasons(batch)).toEqual(['ok'])
    return [...seen, ...sent]
  }

  test('between the functions of an action', async () => {
    expect(await seenIn((note) => ({ A: [destroy, note] }))).toEqual([original])
  })

  test('between the actions of a path', async () => {
    expect(await seenIn((note) => ({ A: [action({ functions: [destroy] }), action({ functions: [note] })] }))).toEqual([
      original,
    ])
  })

  test('from the paths and queues of an action, and between them', async () => {
    const all = { includeAllParams: true }
    expect(
      await seenIn((note) => ({
        A: [action({ functions: [destroy], paths: ['B', 'C'], queues: [to], ...all })],
        B: [destroy],
        C: [note],
      })),
    ).toEqual([original, original])
  })

  test('between payloads that share an object', async () => {
    const two = () => [payload({ path: 'B', kwargs: order }), payload({ path: 'C', kwargs: order })]
    expect(await seenIn((note) => ({ A: [two], B: [destroy], C: [note] }))).toEqual([original])
    expect(order).toEqual(original)
  })

  test('from the record, the event and the payload', async () => {
    const event = one('A', order)
    let seen: unknown
    const look = (_: object, { payload: own, state }: Call) => {
      seen = [own.kwargs, (state.event as typeof event)[0]?.kwargs]
    }
    const batch = await run({ paths: { A: [destroy, look] } }, event)
    expect(seen).toEqual([original, original])
    expect(batch.received[0]?.record).toEqual({ path: 'A', kwargs: original })
  })

  test('with a schema that passes nested values through', async () => {
    const schema = z.object({ id: z.number(), items: z.any(), to: z.any() })
    const signed = fn(schema, (kwargs: object) => destroy(kwargs as Record<string, unknown>))
    expect(
      await seenIn((note) => ({
        A: [action({ functions: [signed, note], paths: ['B'], queues: [to] })],
        B: [note],
      })),
    ).toEqual([original, original, original])
  })

  test('also if they are circular, or nested more deeply than the stack', async () => {
    const circular: Record<string, unknown> = { n: 1 }
    circular['self'] = circular
    circular['list'] = [circular]
    const deep: unknown = JSON.parse(`${'['.repeat(200_000)}${']'.repeat(200_000)}`)
    const seen: Record<string, unknown>[] = []
    const next = () => payload({ path: 'B', kwargs: { circular, deep } })
    const batch = await run(
      { paths: { A: [next], B: [(kwargs: Record<string, unknown>) => seen.push(kwargs)] } },
      one('A'),
    )
    expect(reasons(batch)).toEqual(['ok'])
    const copy = seen[0]?.['circular'] as Record<string, unknown>
    expect(copy).not.toBe(circular)
    expect(copy['self']).toBe(copy)
    expect((copy['list'] as unknown[])[0]).toBe(copy)
  })

  test('instances of classes are shared, because a copy would lose their class', async () => {
    const at = new Date(0)
    const seen: unknown[] = []
    const next = () => payload({ path: 'B', kwargs: { at } })
    await run({ paths: { A: [next], B: [(kwargs: object) => seen.push(kwargs)] } }, one('A'))
    expect((seen[0] as { at: Date }).at).toBe(at)
  })
})

describe('an instance of a class that a schema makes', () => {
  class Order {
    readonly id: number
    constructor(id: number) {
      this.id = id
    }
    get label() {
      return `order ${this.id}`
    }
  }
  const schema = z.object({ id: z.number() }).transform(({ id }) => new Order(id))

  test.each([
    ['alone', {}],
    ['with `requiredParams`', { requiredParams: ['id', 'extra'] }],
    ['with a rename', { requiredParams: ['id', ['extra', 'more']] as never }],
    ['with `includeAllParams`', { includeAllParams: true }],
  ])('%s keeps its prototype', async (_, params) => {
    const seen: unknown[] = []
    const signed = fn(schema, (order) => seen.push([order instanceof Order, order.label, Object.keys(order).length]))
    const paths = { A: [action({ functions: [signed], ...params })] }
    const batch = await run({ paths }, one('A', { id: 7, extra: 1 }))
    expect(reasons(batch)).toEqual(['ok'])
    expect(seen).toEqual([[true, 'order 7', Object.keys(params).length === 0 ? 1 : 2]])
  })
})

describe('what is nearly a payload', () => {
  const b = () => payload({ path: 'B' })
  const reasonOf = async (returned: () => unknown) => {
    const ran: unknown[] = []
    const near = () => returned()
    const batch = await run({ paths: { A: [near], B: [() => ran.push('B')] } }, one('A'))
    return [reasons(batch)[0], batch.received[0]?.outcome]
  }

  test.each<[what: string, returned: () => unknown, problem: string]>([
    ['a nested array', () => [[b()]], 'payloads in a nested array. Return `array.flat()`'],
    ['a deeper array', () => [1, [[b()]]], 'payloads in a nested array. Return `array.flat()`'],
    ['a Set', () => new Set([b()]), 'payloads in a Set. Return an array'],
    ['a Map', () => new Map([['b', b()]]), 'payloads in a Map. Return an array'],
    ['a promise in an array', () => [Promise.resolve(b())], 'promises in an array. Return `Promise.all(...)`'],
    [
      'a generator',
      function* () {
        yield b()
      },
      'a generator, whose body never runs. Return an array of payloads',
    ],
    [
      'an asynchronous generator',
      async function* () {
        yield b()
      },
      'a generator, whose body never runs. Return an array of payloads',
    ],
  ])('%s fails the message, because the payload would be lost', async (_, returned, problem) => {
    expect(await reasonOf(returned)).toEqual([`InvalidConfigurationError: function near returned ${problem}`, 'failed'])
  })

  test('is found before a payload beside it runs', async () => {
    const ran: unknown[] = []
    const paths = { A: [() => [b(), [b()]]], B: [() => ran.push('B')] }
    expect(reasons(await run({ paths }, one('A')))[0]).toContain('payloads in a nested array')
    expect(ran).toEqual([])
  })

  test.each<[what: string, returned: () => unknown]>([
    ['an array of arrays', () => [[1], ['a']]],
    ['a Set of values', () => new Set([1])],
    ['a Map of values', () => new Map([[1, 2]])],
    ['an object with a payload in it', () => ({ later: b() })],
  ])('%s is a value', async (_, returned) => {
    expect(await reasonOf(returned)).toEqual(['ok', 'succeeded'])
  })

  test('an object with a payload in it is logged, because the payload does not run', async () => {
    const near = () => ({ done: true, later: [b()] })
    const logger = memoryLogger()
    await invoke(pipeline({ paths: { A: [near, () => 'ok'], B: [() => 'never'] } }, [], logger), [
      ...one('A'),
      ...one('A'),
    ])
    const message =
      'function near returned an object that holds a payload, which does not run; return the payload, or an array of payloads'
    expect(logger.lines).toEqual([{ level: 'warn', message, fields: {} }])
  })

  test.each<[what: string, returned: () => unknown]>([
    ['an iterable', () => ({ [Symbol.iterator]: () => [b()].values() })],
    ['an asynchronous iterable', () => ({ [Symbol.asyncIterator]: () => undefined })],
    ['a stream', () => Readable.from([b()])],
  ])('%s may be a value: it is logged, because nothing reads it', async (_, returned) => {
    const near = () => returned()
    const logger = memoryLogger()
    await invoke(pipeline({ paths: { A: [near] } }, [], logger), one('A'))
    const message =
      'function near returned an object that is iterable, and nothing reads it; return an array of payloads'
    expect(logger.lines).toEqual([{ level: 'warn', message, fields: {} }])
  })

  test('an object with `path` and `kwargs` may be a value: it is logged once for each function of a Lambda', async () => {
    const plain = () => ({ path: 'B', kwargs: {} })
    const toQueue = () => ({ queue: 'q', kwargs: {} })
    const logger = memoryLogger()
    const handler = pipeline({ paths: { A: [plain, toQueue, plain] } }, [], logger)
    for (let invocation = 0; invocation < 3; invocation++) await invoke(handler, [...one('A'), ...one('A')])
    const text = (name: string) =>
      `function ${name} returned an object that looks like a payload; make it with payload()`
    expect(logger.lines).toEqual([
      { level: 'warn', message: text('plain'), fields: {} },
      { level: 'warn', message: text('toQueue'), fields: {} },
    ])
    // Another handler is another Lambda.
    const other = memoryLogger()
    await invoke(pipeline({ paths: { A: [plain] } }, [], other), one('A'))
    expect(other.lines).toHaveLength(1)
  })

  test.each<[what: string, value: unknown]>([
    ['a path alone', { path: 'B' }],
    ['kwargs alone', { kwargs: {} }],
    ['a payload', payload({ path: 'B' })],
    ['an array of payloads', [payload({ path: 'B' })]],
  ])('%s is not logged', async (_, value) => {
    const logger = memoryLogger()
    await run({ paths: { A: [() => value], B: [() => undefined] } }, one('A'), {}, [], logger)
    expect(logger.lines).toEqual([])
  })
})

describe("an error that is not the function's own fails the message, and never drops it", () => {
  test('kwargs that cannot be read', async () => {
    const broken = {
      get id() {
        throw new TypeError('unreadable')
      },
    }
    const paths = { A: [() => payload({ path: 'B', kwargs: broken })], B: [() => undefined] }
    expect(reasons(await run({ paths }, one('A')))).toEqual([
      'FailCatastrophically: lpipe could not process the message: TypeError: unreadable',
    ])
  })

  test('an unknown error of a function is left as it is', async () => {
    const error = new TypeError('mine')
    const fail = () => {
      throw error
    }
    const batch = await run({ paths: { A: [fail] } }, one('A'))
    expect(batch.received[0]?.result).toEqual({ status: 'rejected', reason: error })
  })
})

test('an anonymous function is named by its place in the error of its schema', async () => {
  const schema = z.object({ a: z.number() })
  const says = ': a: expected number, received string (path A)'
  const errorOf = async (signed: (kwargs: object) => unknown) =>
    reasons(await run({ paths: { A: [() => 1, signed] } }, one('A', { a: 'x' })))
  expect(await errorOf(fn(schema, () => 1) as never)).toEqual([
    `InvalidPayloadError: anonymous 2 (path A, action 1)${says}`,
  ])
  expect(await errorOf(fn(schema, () => 1, { name: 'add' }) as never)).toEqual([`InvalidPayloadError: add${says}`])
})

test('anonymous functions are named by their place', async () => {
  const paths = {
    A: [
      action({
        functions: [
          () => undefined,
          () => {
            throw new Error('x')
          },
        ],
      }),
    ],
  }
  const batch = await run({ paths }, one('A'))
  expect(batch.received[0]?.function).toBe('anonymous 2 (path A, action 1)')
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

  test('after a failure the rest of its group fails without being tried, and other groups continue', async () => {
    const watched = watch()
    const groupId = ({ id }: { id: number }) => String(id % 2)
    const event = sqsEvent([{ id: 0, fail: true }, { id: 1 }, { id: 2 }, { id: 3 }], { name: 'q.fifo', groupId })
    const batch = await run({ call: watched.call }, event)
    expect(watched.started).toEqual([0, 1, 3])
    expect(outcomes(batch)).toEqual(['failed', 'succeeded', 'failed', 'succeeded'])
    expect(reasons(batch)[2]).toBe('SkippedError: skipped, because message message-0 of the same ordering group failed')
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
  /** Blocks the thread, so that no timer fires meanwhile. */
  const block = (millis: number): void => {
    const end = performance.now() + millis
    while (performance.now() < end);
  }
  // The reserve is 200 ms.
  const soon = { getRemainingTimeInMillis: () => 1000 }

  test('near the end nothing new starts: what is not started fails, what is done stays done', async () => {
    const ran: unknown[] = []
    const call = ({ id }: { id?: number }) => {
      ran.push(id)
      if (id === 1) block(850)
    }
    const batch = await run({ call }, sqsEvent([{ id: 0 }, { id: 1 }, { id: 2 }]), soon)
    expect(ran).toEqual([0, 1])
    expect(batch.received.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded', 'failed'])
    expect(reasons(batch)[2]).toBe('SkippedError: not started in time')
  })

  test('a function of a message that has begun does not start either', async () => {
    const ran: string[] = []
    const first = () => {
      ran.push('first')
      block(850)
    }
    const second = () => void ran.push('second')
    const batch = await run({ paths: { A: [first, second] } }, sqsEvent(one('A')), soon)
    expect(ran).toEqual(['first'])
    expect(reasons(batch)).toEqual(['FailCatastrophically: not started in time: function second'])
  })

  test('the time is checked again after an asynchronous signature', async () => {
    const schema = z.object({}).refine(async () => {
      block(850)
      return true
    })
    const ran: string[] = []
    const signed = fn(schema, () => void ran.push('ran'), { name: 'signed' })
    const batch = await run({ call: signed }, sqsEvent([{}]), soon)
    expect(ran).toEqual([])
    expect(reasons(batch)).toEqual(['FailCatastrophically: not started in time: function signed'])
  })

  test('a logger that throws changes no outcome', async () => {
    const fail = () => {
      throw new Error('disk full')
    }
    const logger = { debug: fail, info: fail, warn: fail, error: fail }
    const batch = await run({ call: () => block(850) }, sqsEvent([{}, {}]), soon, [], logger)
    expect(batch.received.map(({ outcome }) => outcome)).toEqual(['succeeded', 'failed'])
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
    const isOver = timeOver(1000)
    const deadline = performance.now() + 1000
    const context = { getRemainingTimeInMillis: () => deadline - performance.now() }
    const batch = await run({ call, reserveMillis: 200 }, sqsEvent([{}, {}]), context, sent)
    expect(isOver()).toBe(false)
    expect(aborted).toBe(true)
    expect(reasons(batch)).toEqual([
      expect.stringContaining('FailCatastrophically: not finished in time: function call was still running'),
      'SkippedError: not started in time',
    ])
    finish()
    await new Promise((resolve) => setImmediate(resolve))
    expect(sent).toEqual([])
    expect(batch.received[0]?.outcome).toBe('failed')
  })

  test('a message that was not finished in time stays on its path, and nothing more of it starts', async () => {
    const { promise: late, resolve: finish } = Promise.withResolvers<void>()
    const slow = async () => {
      await late
      return payload({ path: 'B' })
    }
    const ran: string[] = []
    const options = { paths: { A: [slow], B: [() => ran.push('B')] }, reserveMillis: 200 }
    const batch = await run(options, sqsEvent([{ path: 'A', kwargs: {} }]), soon)
    finish()
    await new Promise((resolve) => setImmediate(resolve))
    expect(batch.received.map(({ path, function: fn, outcome }) => [path, fn, outcome])).toEqual([
      ['A', 'slow', 'failed'],
    ])
    expect(ran).toEqual([])
  })

  test('no timer survives the invocation', async () => {
    const set = jest.spyOn(globalThis, 'setTimeout')
    const cleared = jest.spyOn(globalThis, 'clearTimeout')
    await run({ call: async () => undefined }, sqsEvent([{}]))
    expect(set).not.toHaveBeenCalled() // the event loop did not turn
    const turns = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
    await run({ call: turns }, sqsEvent([{}]))
    const timers = set.mock.results.map(({ value }) => value)
    expect(timers.length).toBe(1)
    expect(cleared.mock.calls).toEqual(timers.map((timer) => [timer]))
    set.mockRestore()
    cleared.mockRestore()
  })

  test('without getRemainingTimeInMillis there is no deadline', async () => {
    const batch = await run({ call: () => 'done' }, sqsEvent([{}]), { getRemainingTimeInMillis: undefined })
    expect(reasons(batch)).toEqual(['ok'])
    expect(batch.deadline.remainingMillis()).toBe(Number.POSITIVE_INFINITY)
  })
})
