/**
 * Runs invocations in which a value of the user's holds promises that reject and that nothing awaits, and prints what
 * happened as the last line. Started by hostile-values.test.ts in a process that ends at the first unhandled rejection.
 */
import { channels, jsonLogger, openBatch } from '@lpipe/core/middleware'
import { defineSender } from '@lpipe/core/outbox'
import { invokeWithOutcomes, silentLogger, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import {
  FailButContinue,
  FailCatastrophically,
  fn,
  type Logger,
  type LpipeOptions,
  lpipe,
  type Payload,
  payload,
  queue,
  type StandardSchema,
} from 'lpipe-preset'

const rejecting = (): Promise<never> => Promise.reject(new Error('x'))
const asyncJson = (): object => ({ toJSON: rejecting })

const values: Readonly<Record<string, () => unknown>> = {
  'a promise': () => ({ one: rejecting() }),
  'several promises': () => ({ one: rejecting(), two: rejecting(), three: { four: [rejecting(), 1n] } }),
  'a getter that returns promises': () => ({
    get one() {
      return rejecting()
    },
  }),
  'a rejecting `toJSON`': () => ({ one: [asyncJson()] }),
  'a rejecting `toJSON` of the root': asyncJson,
  'an Error with a rejecting `toJSON`': () => Object.assign(new Error('x'), { toJSON: rejecting, cause: asyncJson() }),
}

const bodies: string[] = []
const sender = () =>
  defineSender({
    maxEntries: 10,
    maxBytes: 100_000,
    prepare: ({ body }) => ({ wire: body, size: body.length }),
    send: async (_, wires) => {
      bodies.push(...wires)
      return wires.map(() => undefined)
    },
  })
const plain = queue({ type: 'mine', name: 'plain', sender })
const withPath = queue({ type: 'mine', name: 'path', path: 'P', sender })
const send = (to: typeof plain, kwargs: unknown): Payload => payload({ queue: to as never, kwargs: kwargs as never })
const raise = (thrown: unknown): never => {
  throw thrown
}
const schemaOf = (validate: () => unknown) =>
  ({ '~standard': { version: 1, vendor: 'mine', validate } }) as unknown as StandardSchema
// biome-ignore lint/suspicious/noThenProperty: a hostile thenable
const asyncThen = () => ({ then: rejecting })
/** Its `then` rejects after it has settled. */
const lateThenable = (value: unknown) => () => ({
  // biome-ignore lint/suspicious/noThenProperty: a hostile thenable
  then: async (resolve: (value: unknown) => void) => {
    resolve(value)
    throw new Error('late')
  },
})
/** Its `then` returns nothing, as no promise does. */
const bareThenable = (value: unknown) => () => ({
  // biome-ignore lint/suspicious/noThenProperty: a hostile thenable
  then: (resolve: (value: unknown) => void) => resolve(value),
})
const asyncLogger = (): Logger => {
  const call = () => asyncThen() as never
  return { debug: call, info: call, warn: call, error: call }
}

/** Where such a value may be. */
const places: Readonly<Record<string, (value: () => unknown) => LpipeOptions>> = {
  'kwargs for a queue': (value) => ({ call: () => send(plain, value()) }),
  'kwargs for a queue with a path': (value) => ({ call: () => send(withPath as never, value()) }),
  'kwargs that are not sent after others failed': (value) => ({
    call: () => [send(plain, value()), send(plain, { one: rejecting() })],
  }),
  'log fields': (value) => ({
    call: (_: object, { logger }) => logger.error('text', value() as object),
    logger: jsonLogger('id'),
  }),
  'a thrown value': (value) => ({ call: () => raise(value()), unhandled: 'retry', logger: jsonLogger('id') }),
  'the cause of an error that is kept as a dead letter': (value) => ({
    call: () => raise(new FailButContinue('x', { cause: value() })),
    deadLetter: plain,
  }),
  'a returned array': (value) => ({ call: () => [rejecting(), value(), rejecting()] }),
  'a nested returned array': (value) => ({ call: () => [[value()], [rejecting(), rejecting()]] }),
}

/** Callbacks whose thenables are not what a promise is. */
const thenables: Readonly<Record<string, LpipeOptions>> = {
  'a function': { unhandled: 'retry', call: asyncThen },
  'one of two functions': { unhandled: 'retry', paths: { A: [asyncThen, () => undefined] }, defaultPath: 'A' },
  'a schema': { unhandled: 'retry', call: fn(schemaOf(asyncThen), () => undefined) },
  'a logger': { call: (_: object, { logger }) => logger.error('text'), logger: asyncLogger() },
  'a capture': { call: () => raise(new FailButContinue('x')), capture: asyncThen },
  'a queue that messages came from': {
    call: () => raise(new FailCatastrophically('x', { retryAfterSeconds: 1 })),
    sqs: { remove: lateThenable([]) as never, postpone: lateThenable([]) as never },
  },
  'a schema whose thenable returns nothing': {
    call: fn(schemaOf(bareThenable({ issues: [{ message: 'no' }] })), () => raise(new Error('it was called'))),
  },
}

/** Senders whose answers are not what a promise of answers is. */
const answers: Readonly<Record<string, () => unknown>> = {
  'a sender': asyncThen,
  'a sender that returns promises': async () => [rejecting()],
}
const sendTo = (answer: () => unknown): LpipeOptions => {
  const to = queue({
    type: 'mine',
    name: 'x',
    sender: () => defineSender({ maxEntries: 1, maxBytes: 100, send: answer as never }),
  })
  return { call: () => payload({ queue: to }) }
}

const context = { getRemainingTimeInMillis: () => 1000 }
const results: unknown[] = []
const run = async (place: string, value: string, options: LpipeOptions): Promise<void> => {
  bodies.length = 0
  const handler = middy().use(lpipe({ logger: silentLogger(), delivery: { lingerMillis: 0 }, ...options }))
  const { error, outcomes } = await invokeWithOutcomes(handler, sqsEvent([{ n: 0 }]), context)
  const [{ outcome, error: reason } = {}] = outcomes as readonly { outcome?: string; error?: Error }[]
  results.push({ place, value, thrown: error, outcome, reason: String(reason?.message), bodies: [...bodies] })
}
for (const [place, optionsFor] of Object.entries(places)) {
  for (const [name, value] of Object.entries(values)) {
    // lpipe does not read the members of these: the promise is the user's own.
    if (/promises?$/.test(name) && !name.startsWith('a getter') && /thrown|cause|array/.test(place)) continue
    await run(place, name, optionsFor(value))
  }
}
await run('a thrown promise', '', { call: () => raise(rejecting()), unhandled: 'retry' })
const transforming = (value: () => unknown) =>
  queue({ type: 'mine', name: 'checked', validate: true, schema: schemaOf(() => ({ value: value() })), sender })
for (const value of [rejecting, () => ({ one: rejecting() })]) {
  const to = transforming(value)
  // The second fails the message.
  await run('what the schema of a queue returns', '', { call: () => [send(to as never, {}), send(plain, 1n)] })
}
for (const [place, options] of Object.entries(thenables)) await run(place, 'a thenable', options)
for (const [place, answer] of Object.entries(answers)) await run(place, 'a thenable', sendTo(answer))

// A function whose calls are traced, and a hook.
const subscribers = { start: () => undefined } as never
channels.function.subscribe(subscribers)
await run('a function that is traced', 'a thenable', { unhandled: 'retry', call: asyncThen })
channels.function.unsubscribe(subscribers)
const hooked = middy()
  .use(lpipe({ call: () => undefined, logger: silentLogger() }))
  .use({
    before: (request) => {
      openBatch(request).use({
        wrapMessage: (_, next) => {
          void next()
          return lateThenable(1)() as never
        },
      })
    },
  })
const { outcomes: hookedOutcomes } = await invokeWithOutcomes(hooked, sqsEvent([{ n: 0 }]), context)
results.push({ place: 'a hook', value: '', outcome: hookedOutcomes[0]?.outcome, reason: 'none', bodies: [] })

// A hook that does not await the message, which fails meanwhile.
const impatient = middy()
  .use(lpipe({ call: async () => rejecting(), logger: silentLogger(), unhandled: 'retry' }))
  .use({
    before: (request) => {
      openBatch(request).use({
        wrapMessage: async (_, next) => {
          void next()
          await new Promise((resolve) => setTimeout(resolve, 20))
        },
      })
    },
  })
const { outcomes } = await invokeWithOutcomes(impatient, sqsEvent([{ n: 0 }]), context)
const [last] = outcomes
const reason = (last?.error as Error | undefined)?.message
results.push({ place: 'a hook that does not await', value: '', outcome: last?.outcome, reason, bodies: [] })

await new Promise((resolve) => setTimeout(resolve, 100))
process.stdout.write(`\n${JSON.stringify(results)}`)
