/** What the types promise. Checked by `check:types`; nothing here runs. */
import { batchDecoder } from '@lpipe/batch-decoder'
import { batchResponse } from '@lpipe/batch-response'
import { invoke } from '@lpipe/testing'
import middy from '@middy/core'
import type {
  Context,
  Handler,
  KinesisStreamBatchResponse,
  KinesisStreamEvent,
  SQSBatchResponse,
  SQSEvent,
} from 'aws-lambda'
import {
  action,
  type Batch,
  type Call,
  type EventSource,
  fn,
  type Kwargs,
  type LpipeContext,
  lpipe,
  type Output,
  type PathDefinition,
  type Paths,
  payload,
  queue,
  queueSqs,
  type Sending,
  type StandardSchema,
  toMermaid,
} from 'lpipe-preset'
import middy6 from 'middy6'
import * as v from 'valibot'
import * as z from 'zod'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const same = <_ extends true>(): void => {}

interface Order {
  readonly id: string
  readonly total?: number
}

const end = queue({ type: 'sqs', name: 'end' })
const store = () => undefined

export const names = (): void => {
  lpipe({ paths: { A: [action({ functions: [store], paths: ['B', end] })], B: [store] } })
  lpipe({ paths: { A: [action({ paths: ['A'] })] } }) // to itself
  // @ts-expect-error no path is called NOPE
  lpipe({ paths: { A: [action({ paths: ['NOPE'] })], B: [store] } })
  // @ts-expect-error one of two
  lpipe({ paths: { A: [action({ paths: ['B', 'NOPE'] })], B: [store] } })
  // @ts-expect-error in the second action
  lpipe({ paths: { A: [action({ functions: [store] }), action({ paths: ['NOPE', end] })] } })
  // @ts-expect-error paths are lists
  lpipe({ paths: { A: store } })

  // A graph that was made elsewhere, or in parts.
  const actions = { A: [action({ paths: ['B'] })], B: [store] }
  lpipe({ paths: actions })
  lpipe({ paths: { ...actions, C: [action({ paths: ['A', 'B', 'C'] })] } })
  toMermaid(actions)
  // @ts-expect-error B is missing
  lpipe({ paths: { A: actions.A } })
  lpipe({ paths: {} as Record<string, PathDefinition> }) // its names are unknown: checked when lpipe() is called
}

declare enum Path {
  Take = 'TAKE',
  Ship = 'SHIP',
}
const Name = { Take: 'TAKE', Ship: 'SHIP' } as const

export const namesOfEnumsAndObjects = (): void => {
  lpipe({ paths: { [Path.Take]: [action({ paths: [Path.Ship] })], [Path.Ship]: [store] } })
  lpipe({ paths: { [Path.Take]: [action({ paths: ['SHIP'] })], SHIP: [store] } })
  lpipe({ paths: { [Path.Ship]: [store] }, defaultPath: Path.Ship })
  // @ts-expect-error the enum has it, the graph does not
  lpipe({ paths: { [Path.Take]: [action({ paths: [Path.Ship] })] } })
  lpipe({ paths: { [Name.Take]: [action({ paths: [Name.Ship] })], [Name.Ship]: [store] } })
  // @ts-expect-error the object has it, the graph does not
  lpipe({ paths: { [Name.Take]: [action({ paths: [Name.Ship] })] } })
  payload({ path: Path.Ship, kwargs: {} })
}

export const namesThroughAWrapper = (): void => {
  const ours = <const P extends Paths<P>>(paths: P) => lpipe({ paths, unhandled: 'retry', concurrency: 5 })
  middy().use(ours({ A: [action({ paths: ['B'] })], B: [store] }))
  // @ts-expect-error still reported
  ours({ A: [action({ paths: ['NOPE'] })], B: [store] })
  ours({ [Path.Take]: [action({ paths: [Path.Ship] })], [Path.Ship]: [({ id }: { id: string }) => id] })
}

const Person = z.object({ name: z.string(), age: z.number().default(0) })
const greet = fn(Person, ({ name, age }) => `${name.toUpperCase()} ${age.toFixed()}`)

export const kwargsFromASchema = (): void => {
  same<Equal<Parameters<typeof greet>[0], { name: string; age: number }>>()
  same<Equal<ReturnType<typeof greet>, string>>()
  const text: string = greet({ name: 'Ada', age: 36 })
  // @ts-expect-error a function is what it was: it takes what the schema makes
  greet({ name: 'Ada', age: text })
  // @ts-expect-error no such member
  fn(Person, ({ nmae }) => nmae)
  // @ts-expect-error the schema does not give what the function wants
  fn(Person, (person: { name: string; address: string }) => person.address)
  fn(v.object({ id: v.number() }), ({ id }) => id.toFixed())
  fn(Person, async ({ name }, { logger, state, payload, context, signal }) => {
    logger.info(name, { state, payload, context })
    signal.throwIfAborted()
  })
  // @ts-expect-error no schema
  fn({}, store)

  // The same where it is written in place.
  lpipe({ call: fn(Person, ({ name }) => name.toUpperCase()) })
  // @ts-expect-error a text has no such method
  lpipe({ call: fn(Person, ({ name }) => name.nope()) })
  // @ts-expect-error in a path
  lpipe({ paths: { A: [fn(Person, ({ name }) => name.nope())] } })
  // @ts-expect-error in an action
  lpipe({ paths: { A: [action({ functions: [fn(Person, ({ name }) => name.nope())] })] } })
}

export const kwargsThroughAWrapper = (): void => {
  const ours = <S extends StandardSchema, F extends (kwargs: Output<S>, call: Call) => unknown>(schema: S, run: F) =>
    fn(schema, run)
  const greeting = ours(Person, ({ name }) => name.length)
  same<Equal<Parameters<typeof greeting>, [{ name: string; age: number }]>>()
  same<Equal<ReturnType<typeof greeting>, number>>()
  // @ts-expect-error still reported
  ours(Person, ({ name }) => name.nope())
  lpipe({ paths: { A: [ours(Person, ({ name }) => name.length)] } })
  // @ts-expect-error in place, too
  lpipe({ paths: { A: [ours(Person, ({ name }) => name.nope())] } })
}

export const functionsWithoutASchema = (): void => {
  const take = (order: Order) => order.id
  const takeLater = async (order: Order, { logger }: Call): Promise<void> => logger.info(order.id)
  lpipe({ call: take })
  lpipe({ paths: { A: [take, takeLater], B: [action({ functions: [take, takeLater] })] } })
  class Shop {
    take(_order: Order): void {}
  }
  lpipe({ call: new Shop().take })

  // Unannotated: the call is known, of the kwargs only that they are an object.
  lpipe({ call: (kwargs, { logger }) => logger.info('got', kwargs) })
  lpipe({ paths: { A: [action({ functions: [(_, call) => call.context.awsRequestId] })] } })
  // @ts-expect-error so say what they hold
  lpipe({ call: ({ id }) => id })
  lpipe({ call: (kwargs: Kwargs) => kwargs['id'] })

  // @ts-expect-error it is never called with a string
  lpipe({ call: (text: string) => text })
  // @ts-expect-error nor in a path
  lpipe({ paths: { A: [(count: number) => count] } })
  // @ts-expect-error nor with something else behind
  lpipe({ paths: { A: [action({ functions: [(order: Order, db: { query: () => void }) => [order, db]] })] } })
  // @ts-expect-error is not a function
  lpipe({ call: 'store' })
}

export const payloads = (): void => {
  payload({ path: 'A' })
  payload({ path: 'A', kwargs: { id: 1 } satisfies Kwargs })
  payload({ path: 'A', kwargs: { id: 'x' } as Order })
  payload({ queue: end, kwargs: [1, 'two', null] })
  same<Equal<ReturnType<typeof payload<Order>>['kwargs'], Order>>()
  // @ts-expect-error both
  payload({ path: 'A', queue: end })
  // @ts-expect-error neither
  payload({ kwargs: {} })
  // @ts-expect-error nothing
  payload({})
  // @ts-expect-error kwargs of a path are an object
  payload({ path: 'A', kwargs: 'text' })
  // @ts-expect-error misspelt
  payload({ path: 'A', kwarg: {} })
  // @ts-expect-error no queue
  payload({ queue: 'end' })
}

export const queues = (): void => {
  queue({ type: 'kinesis', name: 'clicks', partitionKey: ({ kwargs }: { kwargs: Order }) => kwargs.id })
  queue({ type: 'sqs', url: 'https://sqs', path: 'A' })
  queue({ type: 'of-my-own', name: 'x', sender: () => queueSqs() })
  queue({ type: 'of-my-own', name: 'x', priority: 5 })
  queue({ type: 'sqs', name: 'x', groupId: ({ kwargs }: Sending<Order>) => kwargs.id, attributes: { a: 'b' } })
  // @ts-expect-error misspelt
  queue({ type: 'sqs', nmae: 'x' })
  // @ts-expect-error misspelt beside a name
  queue({ type: 'sqs', name: 'x', group: 'a' })
  // @ts-expect-error of another type
  queue({ type: 'kinesis', name: 'x', delaySeconds: 5 })
  // @ts-expect-error Kinesis has no URLs
  queue({ type: 'kinesis', url: 'https://kinesis' })
  // @ts-expect-error must be a number
  queue({ type: 'sqs', name: 'x', delaySeconds: '5' })
}

declare const mine: EventSource

export const options = (): void => {
  // @ts-expect-error misspelt
  lpipe({ call: store, unhandeld: 'retry' })
  // @ts-expect-error no such way
  lpipe({ call: store, unhandled: 'ignore' })
  // @ts-expect-error no such source
  lpipe({ call: store, source: 'SQS' })
  lpipe({ call: store, source: ['sqs', mine] })
  lpipe({ call: store, source: mine })
  // @ts-expect-error a middleware of its own
  lpipe({ call: store, metrics: true })
  // @ts-expect-error misspelt
  action({ function: [store] })
  // @ts-expect-error renames have two names
  action({ functions: [store], requiredParams: [['from']] })
}

/** What is exported needs no annotation, and takes that of the Lambda it is. */
export const bare = middy().use(lpipe({ call: store }))
export const sqs: Handler<SQSEvent, SQSBatchResponse> = middy().use(lpipe({ call: store }))
export const kinesis: Handler<KinesisStreamEvent, KinesisStreamBatchResponse> = bare
export const typed = middy<SQSEvent, SQSBatchResponse>().use(lpipe({ call: store }))
export const six: Handler<SQSEvent, SQSBatchResponse> = middy6().use(lpipe({ call: store }))
same<Equal<Parameters<typeof typed>[0], SQSEvent>>()
same<Equal<Awaited<ReturnType<typeof typed>>, SQSBatchResponse>>()

/** A handler of one's own, with the middlewares of one's choice. */
export const own = middy(async (_event: SQSEvent, { lpipe }: LpipeContext) => {
  same<Equal<typeof lpipe, Batch>>()
  return Promise.allSettled(lpipe.messages.map(async ({ payload }) => payload.kwargs['id']))
}).use([batchResponse(), batchDecoder()])

/** One that knows what its messages hold. */
export const ofOrders = middy(async (_event: SQSEvent, { lpipe, awsRequestId }: LpipeContext<Order>) => {
  same<Equal<typeof awsRequestId, string>>()
  const orders: readonly Order[] = lpipe.messages.map(({ payload }) => payload.kwargs)
  return Promise.allSettled(orders.map(async ({ id }) => id))
}).use(lpipe({}))

/** One that takes the plain context finds the batch on it, too. */
export const plain: Handler<SQSEvent> = middy(async (_event: SQSEvent, context: Context) => {
  const { lpipe } = context as LpipeContext
  return Promise.allSettled(lpipe.messages)
}).use(lpipe({}))

export const invocations = async (): Promise<void> => {
  await invoke(own, {})
  await invoke(typed, {})
  same<Equal<Awaited<ReturnType<typeof invoke<SQSBatchResponse>>>, SQSBatchResponse>>()
}
