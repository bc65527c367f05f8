/**
 * Runs invocations in which one callback of the user's behaves badly, and prints what happened. Started by
 * hostile.test.ts in a process that ends at the first unhandled rejection.
 */
import { describeError } from '@lpipe/core/middleware'
import { defineSender, optionText } from '@lpipe/core/outbox'
import { invokeWithOutcomes, silentLogger, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import {
  type EventSource,
  FailButContinue,
  FailCatastrophically,
  fn,
  type LpipeOptions,
  lpipe,
  payload,
  queue,
  type StandardSchema,
} from 'lpipe-preset'

const raise = (thrown: unknown): never => {
  throw thrown
}
const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
const cyclic = (): Error => {
  const error = new Error('cyclic')
  error.cause = error
  return error
}
const overflow = (): unknown => [overflow()]
const throwing = (name: string): object => Object.defineProperty({}, name, { get: () => raise(new Error(name)) })

/** What a callback does instead of its work. */
const behaviours: Readonly<Record<string, () => unknown>> = {
  'throws an Error': () => raise(new Error('x')),
  'throws undefined': () => raise(undefined),
  'throws null': () => raise(null),
  'throws a string': () => raise('x'),
  'throws a function': () => raise(() => undefined),
  'throws a revoked proxy': () => raise(revoked()),
  'throws an Error with an unreadable message': () =>
    raise(Object.defineProperty(new Error(), 'message', { get: () => raise(new Error('x')) })),
  'throws an Error whose name is a symbol': () => raise(Object.assign(new Error('x'), { name: Symbol('x') })),
  'throws an Error that is its own cause': () => raise(cyclic()),
  'throws a frozen Error': () => raise(Object.freeze(new Error('x'))),
  'throws FailButContinue': () => raise(new FailButContinue('x')),
  'overflows the stack': overflow,
  'rejects with an Error': () => Promise.reject(new Error('x')),
  'rejects with undefined': () => Promise.reject(),
  'rejects with a revoked proxy': () => Promise.reject(revoked()),
  'rejects later': () => new Promise((_, reject) => setTimeout(reject, 20, new Error('x'))),
  // biome-ignore lint/suspicious/noThenProperty: a hostile thenable
  'returns a thenable that throws': () => ({ then: () => raise(new Error('x')) }),
  'returns a thenable that settles twice': () => ({
    // biome-ignore lint/suspicious/noThenProperty: a hostile thenable
    then: (resolve: (value: unknown) => void, reject: (error: unknown) => void) => {
      resolve(undefined)
      reject(new Error('x'))
    },
  }),
  'returns an object with an unreadable `then`': () => throwing('then'),
  'returns a promise that never settles': () => new Promise(() => undefined),
  'returns a revoked proxy': revoked,
  'returns a symbol': () => Symbol('x'),
  'returns null': () => null,
  'returns NaN': () => Number.NaN,
  'returns a cyclic array': () => {
    const list: unknown[] = []
    list.push(list)
    return list
  },
}

type Behaviour = () => unknown

const toQueue = (overrides: object, options: object = {}) => {
  const sender = defineSender({
    maxEntries: 10,
    maxBytes: 1000,
    queueOptions: { groupId: 'any' },
    prepare: (entry) => ({ wire: entry.body, size: entry.body.length, orderingKey: optionText(entry, 'groupId') }),
    send: async (_, wires) => wires.map(() => undefined),
    ...overrides,
  })
  const to = queue({ type: 'mine', name: 'x', sender: () => ({ ...sender, ...overrides }), ...options })
  return {
    call: ({ n }: { n: number }) => (n === 1 ? raise(new FailCatastrophically('later')) : payload({ queue: to })),
  }
}
const work = ({ n }: { n: number }): unknown => (n === 1 ? raise(new FailCatastrophically('later')) : n)

const sourceWith = (overrides: object): EventSource => ({
  name: 'mine',
  reports: 'each',
  recordsOf: (event) => (event as { Records: unknown[] }).Records,
  idOf: (record) => (record as { messageId: string }).messageId,
  bodyOf: (record) => JSON.parse((record as { body: string }).body),
  ...overrides,
})

/** The options of an invocation in which one callback behaves badly. */
const callbacks: Readonly<Record<string, (bad: Behaviour) => LpipeOptions>> = {
  logger: (bad) => ({
    call: ({ n }: { n: number }, { logger }) => {
      for (const level of ['debug', 'info', 'warn', 'error'] as const) logger[level]('text', { n })
      return work({ n })
    },
    logger: { debug: bad, info: bad, warn: bad, error: bad } as never,
  }),
  capture: (bad) => ({ call: work, capture: bad }),
  schema: (bad) => ({
    call: fn({ '~standard': { version: 1, vendor: 'mine', validate: bad } } as unknown as StandardSchema, (kwargs) =>
      work(kwargs as { n: number }),
    ),
  }),
  'sender.prepare': (bad) => toQueue({ prepare: bad }),
  'sender.send': (bad) => toQueue({ send: bad }),
  'sender.identityOf': (bad) => toQueue({ identityOf: bad }),
  'sender factory': (bad) => {
    const to = queue({ type: 'mine', name: 'x', sender: bad as never })
    return { call: ({ n }: { n: number }) => (n === 1 ? work({ n }) : payload({ queue: to })) }
  },
  groupId: (bad) => toQueue({}, { groupId: bad }),
  retryDelaySeconds: (bad) => ({
    call: work,
    retryDelaySeconds: bad as never,
    sqs: { remove: async () => [], postpone: async () => [] },
  }),
  'sqs.postpone': (bad) => ({
    call: work,
    retryDelaySeconds: 5,
    sqs: { remove: async () => [], postpone: bad as never },
  }),
  'source.bodyOf': (bad) => ({ call: work, source: sourceWith({ bodyOf: bad }) }),
  'source.headersOf': (bad) => ({ ...toQueue({}), source: sourceWith({ headersOf: bad }) }),
  'source.senderGroupOf': (bad) => ({ ...toQueue({}), source: sourceWith({ senderGroupOf: bad }) }),
  'source.deduplicationKeyOf': (bad) => ({ ...toQueue({}), source: sourceWith({ deduplicationKeyOf: bad }) }),
  'source.traceHeaderOf': (bad) => ({ ...toQueue({}), source: sourceWith({ traceHeaderOf: bad }) }),
  'source.idOf': (bad) => ({ call: work, source: sourceWith({ idOf: bad }) }),
  'source.groupOf': (bad) => ({ call: work, source: sourceWith({ groupOf: bad }) }),
  'source.arnOf': (bad) => ({ call: work, source: sourceWith({ arnOf: bad }) }),
  'source.recordsOf': (bad) => ({ call: work, source: sourceWith({ recordsOf: bad }) }),
  'source.bodiesOf': (bad) => ({ call: work, source: sourceWith({ bodiesOf: bad }) }),
  'source.contentOf': (bad) => ({ call: work, source: sourceWith({ contentOf: bad }) }),
  'source.partitionOf': (bad) => ({ call: work, source: sourceWith({ partitionOf: bad }) }),
  'sender.open': (bad) => toQueue({ open: bad }),
  'queue.schema': (bad) =>
    toQueue({}, { validate: true, schema: { '~standard': { version: 1, vendor: 'mine', validate: bad } } }),
  'source.receiveCountOf': (bad) => ({ call: work, source: sourceWith({ receiveCountOf: bad }) }),
}

const event = sqsEvent([{ n: 0 }, { n: 1 }, { n: 2 }])
const delivery = { retryMillis: 1, maxAttempts: 2, lingerMillis: 0 }
const context = { getRemainingTimeInMillis: () => 2000 }

const results: unknown[] = []
for (const [callback, optionsFor] of Object.entries(callbacks)) {
  for (const [behaviour, bad] of Object.entries(behaviours)) {
    const handler = middy().use(lpipe({ logger: silentLogger(), delivery, ...optionsFor(bad) }))
    const { response, error, outcomes } = await invokeWithOutcomes(handler, event, context)
    results.push({
      callback,
      behaviour,
      response,
      error: error === undefined ? undefined : describeError(error),
      outcomes: outcomes.map(({ outcome }) => outcome),
    })
  }
}
// What rejects later must find the process alive.
await new Promise((resolve) => setTimeout(resolve, 100))
process.stdout.write(JSON.stringify(results))
