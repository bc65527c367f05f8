/** Graphs that the compiler accepts, and graphs that it refuses. Checked by `check:types`; nothing here runs. */
import { pathRouter } from '@lpipe/path-router'
import {
  type AnyFunction,
  action,
  type Call,
  fn,
  type Kwargs,
  lpipe,
  type PathDefinition,
  type Paths,
  type Payload,
  payload,
  type Queue,
  queue,
  type Sending,
  type Signed,
  type StandardSchema,
} from 'lpipe-preset'
import * as v from 'valibot'
import * as z from 'zod'

interface Order {
  readonly id: string
  readonly total?: number
  readonly tags?: string[]
}
interface Tree {
  readonly children: Tree[]
}
declare enum Path {
  Take = 'TAKE',
  Ship = 'SHIP',
}
declare const order: Order
declare const orders: Order[]
declare const tree: Tree
declare const isBig: boolean
declare const someName: string
declare const brandedName: string & { readonly __brand: 'Name' }
declare const payloads: Iterable<Payload<{ readonly id: string }, 'A'>>
declare const payloadsLater: AsyncIterable<Payload<{ readonly id: string }, 'A'>>
declare const anyIterable: Iterable<ReturnType<typeof JSON.parse>>
declare const someKwargs: Kwargs
declare const someObject: object
declare const maybe: string | undefined
type OrderId = string & { readonly __brand: 'OrderId' }
declare const orderId: OrderId

const Id = z.object({ id: z.string() })
const Shipment = z.object({ id: z.string(), weight: z.number().default(1), tier: z.enum(['free', 'paid']).optional() })
const Event = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('open'), at: z.string() }),
  z.object({ kind: z.literal('close'), by: z.string() }),
])

const store = () => undefined
const take = ({ id }: { id: string }) => id
const weigh = ({ id, weight }: { id: string; weight: number }) => id.length + weight
const ship = fn(Shipment, ({ id }) => id)
const identify = fn(Id, ({ id }) => id)
const handle = fn(Event, ({ kind }) => kind)
const count = ({ id }: { id: number }) => id
const locate = ({ at }: { at: { x: number } }) => at.x
const parse = fn(z.object({ id: z.string().transform(Number) }), ({ id }) => id)
const measure = fn(v.object({ n: v.number() }), ({ n }) => n)
const renaming = action({ functions: [take], requiredParams: [['no', 'id']] })
async function* yieldsLater() {
  yield payload({ path: 'A' })
}
function* yields() {
  yield payload({ path: 'A' })
}
const list = ({ tags }: { tags: string[] }) => tags.length

const parcels = queue({ type: 'sqs', name: 'parcels', path: 'SHIP', schema: Shipment })
const clicks = queue({ type: 'kinesis', name: 'clicks', schema: Id, partitionKey: ({ kwargs }) => kwargs.id })
const anything = queue({ type: 'sqs', name: 'anything' })
const toShip = (kwargs: { id: string }) => payload({ path: 'SHIP', kwargs })

export const payloadsThatFit = (): void => {
  lpipe({ paths: { A: [() => payload({ path: 'SHIP', kwargs: { id: 'a' } })], SHIP: [ship] } })
  lpipe({ paths: { A: [() => payload({ path: 'SHIP', kwargs: { id: 'a', tier: 'free' } })], SHIP: [ship] } })
  lpipe({ paths: { A: [async () => payload({ path: 'SHIP', kwargs: { id: 'a', weight: 2 } })], SHIP: [ship] } })
  lpipe({ paths: { A: [() => [payload({ path: 'SHIP', kwargs: { id: 'a' } })]], SHIP: [ship] } })
  lpipe({ paths: { A: [() => [payload({ path: 'SHIP', kwargs: order }), payload({ path: 'A' })]], SHIP: [take] } })
  lpipe({ paths: { A: [() => (isBig ? payload({ path: 'SHIP', kwargs: order }) : undefined)], SHIP: [take] } })
  lpipe({ paths: { A: [() => (isBig ? payload({ path: 'SHIP', kwargs: order }) : 'value')], SHIP: [take] } })
  lpipe({ paths: { A: [() => isBig && payload({ path: 'SHIP', kwargs: order })], SHIP: [take] } })
  lpipe({ paths: { A: [() => orders.map((kwargs) => payload({ path: 'SHIP', kwargs }))], SHIP: [take] } })
  lpipe({ paths: { A: [() => Promise.all(orders.map(async (one) => toShip(one)))], SHIP: [take] } })
  lpipe({ paths: { A: [() => orders.flatMap((one) => [toShip(one)])], SHIP: [take] } })
  lpipe({ paths: { A: [() => [...orders.map(toShip), undefined, 'a', null]], SHIP: [take] } })
  lpipe({ paths: { A: [() => [toShip(order), payload({ queue: anything, kwargs: order })]], SHIP: [take] } })
  lpipe({ paths: { A: [() => payload({ path: isBig ? 'A' : 'SHIP', kwargs: order })], SHIP: [take] } })
  lpipe({ paths: { A: [() => payload({ path: 'LIST', kwargs: { tags: ['a', 'b'] } })], LIST: [list] } })
  lpipe({ paths: { A: [() => payload({ path: 'LIST', kwargs: { tags: ['a'] } as const })], LIST: [list] } })
  lpipe({ paths: { A: [() => payload({ path: 'LIST', kwargs: { tags: [] } })], LIST: [list] } })
  lpipe({ paths: { A: [() => payload({ path: 'E', kwargs: { kind: 'open', at: 'now' } })], E: [handle] } })
  lpipe({ paths: { A: [() => payload({ path: 'A', kwargs: { deep: { er: [1, { x: null }] } } })] } }) // to itself
  lpipe({ paths: { A: [() => payload({ path: 'A' })] } })
  lpipe({
    paths: { A: [() => payload({ path: 'B', kwargs: { id: orderId } })], B: [take, ({ id }: { id: OrderId }) => id] },
  })
  lpipe({ paths: { A: [fn(Id, ({ id }) => payload({ path: 'SHIP', kwargs: { id } }))], SHIP: [ship] } })
  lpipe({ paths: { A: [(_, { logger }) => logger.info('any kwargs')], B: [({ id }: Order, _: Call) => id] } })
  lpipe({ paths: { A: [() => payload({ path: 'B', kwargs: order })], B: [(kwargs: Kwargs) => kwargs['id']] } })
  lpipe({ paths: { A: [() => payload({ path: 'B', kwargs: order })], B: [({ id }: Order) => id, take, store] } })
  lpipe({ paths: { A: [(kwargs: Order) => payload({ path: 'B', kwargs })], B: [action({ functions: [take] })] } })
  lpipe({ paths: { [Path.Take]: [() => payload({ path: Path.Ship, kwargs: { id: 'a' } })], [Path.Ship]: [take] } })
  lpipe({ paths: { [Path.Take]: [() => payload({ path: 'SHIP', kwargs: { id: 'a' } })], [Path.Ship]: [take] } })
  lpipe({ paths: { TAKE: [() => payload({ path: Path.Ship, kwargs: { id: 'a' } })], SHIP: [take] } })
  pathRouter({ paths: { A: [() => payload({ path: 'SHIP', kwargs: { id: 'a' } })], SHIP: [ship] } })
  lpipe({ call: () => payload({ queue: anything, kwargs: [1, 2] }) })
}

export const payloadsThatDoNotFit = (): void => {
  // @ts-expect-error no path is called ALARMM
  lpipe({ paths: { A: [() => payload({ path: 'ALARMM' })], ALARM: [store] } })
  // @ts-expect-error in a promise
  lpipe({ paths: { A: [async () => payload({ path: 'ALARMM' })], ALARM: [store] } })
  // @ts-expect-error in an array
  lpipe({ paths: { A: [() => [payload({ path: 'A' }), payload({ path: 'ALARMM' })]], ALARM: [store] } })
  // @ts-expect-error in a union
  lpipe({ paths: { A: [() => (isBig ? payload({ path: 'ALARMM' }) : undefined)], ALARM: [store] } })
  // @ts-expect-error in a promise of an array of a union
  lpipe({ paths: { A: [async () => [isBig ? payload({ path: 'ALARMM' }) : 'x']], ALARM: [store] } })
  // @ts-expect-error one of two names
  lpipe({ paths: { A: [() => payload({ path: isBig ? 'ALARM' : 'ALARMM' })], ALARM: [store] } })
  // @ts-expect-error another case is for messages, not for code
  lpipe({ paths: { A: [() => payload({ path: 'alarm' })], ALARM: [store] } })
  // @ts-expect-error Python's way is for messages, not for code
  lpipe({ paths: { A: [() => payload({ path: 'Path.ALARM' })], ALARM: [store] } })
  // @ts-expect-error in the second function
  lpipe({ paths: { A: [store, () => payload({ path: 'ALARMM' })], ALARM: [store] } })
  // @ts-expect-error in a function of an action
  lpipe({ paths: { A: [action({ functions: [store, () => payload({ path: 'ALARMM' })] })], ALARM: [store] } })
  // @ts-expect-error in a function with a signature
  lpipe({ paths: { A: [fn(Id, ({ id }) => payload({ path: 'ALARMM', kwargs: { id } }))], ALARM: [store] } })
  // @ts-expect-error the enum has it, the graph does not
  lpipe({ paths: { [Path.Take]: [() => payload({ path: Path.Ship })] } })
  // @ts-expect-error the id is not a string
  lpipe({ paths: { A: [() => payload({ path: 'SHIP', kwargs: { id: 5 } })], SHIP: [ship] } })
  // @ts-expect-error the id is missing
  lpipe({ paths: { A: [() => payload({ path: 'SHIP', kwargs: { weight: 5 } })], SHIP: [ship] } })
  // @ts-expect-error kwargs are missing
  lpipe({ paths: { A: [() => payload({ path: 'SHIP' })], SHIP: [ship] } })
  // @ts-expect-error an optional member has the wrong type
  lpipe({ paths: { A: [() => payload({ path: 'SHIP', kwargs: { id: 'a', weight: 'heavy' } })], SHIP: [ship] } })
  // @ts-expect-error no such tier
  lpipe({ paths: { A: [() => payload({ path: 'SHIP', kwargs: { id: 'a', tier: 'gold' } })], SHIP: [ship] } })
  // @ts-expect-error an annotated parameter instead of a schema
  lpipe({ paths: { A: [() => payload({ path: 'B', kwargs: { id: 'a' } })], B: [weigh] } })
  // @ts-expect-error the second function on the path requires more
  lpipe({ paths: { A: [() => payload({ path: 'B', kwargs: { id: 'a' } })], B: [take, weigh] } })
  // @ts-expect-error the second action on the path requires more
  lpipe({ paths: { A: [() => toShip(order)], SHIP: [action({ functions: [take] }), action({ functions: [weigh] })] } })
  // @ts-expect-error a member may be missing
  lpipe({ paths: { A: [() => payload({ path: 'B', kwargs: order })], B: [({ total }: { total: number }) => total] } })
  // @ts-expect-error a member of a member
  lpipe({ paths: { A: [() => payload({ path: 'B', kwargs: { at: { x: '1' } } })], B: [locate] } })
  // @ts-expect-error an element of an array
  lpipe({ paths: { A: [() => payload({ path: 'LIST', kwargs: { tags: ['a', 1] } })], LIST: [list] } })
  // @ts-expect-error a union's alternatives are not mixed
  lpipe({ paths: { A: [() => payload({ path: 'E', kwargs: { kind: 'open', by: 'me' } })], E: [handle] } })
  // @ts-expect-error one of two payloads for one path
  lpipe({ paths: { A: [() => [toShip(order), payload({ path: 'SHIP', kwargs: { id: 1 } })]], SHIP: [take] } })
  // @ts-expect-error one of two kwargs
  lpipe({ paths: { A: [() => payload({ path: 'SHIP', kwargs: isBig ? { id: 'a' } : { id: 1 } })], SHIP: [take] } })
  // @ts-expect-error another function of the path's own graph
  lpipe({ paths: { SHIP: [({ id }: { id: string }) => payload({ path: 'SHIP', kwargs: { id: id.length } })] } })
  // @ts-expect-error with an enum
  lpipe({ paths: { A: [() => payload({ path: Path.Ship, kwargs: { id: 1 } })], SHIP: [take] } })
  // @ts-expect-error with a valibot schema
  lpipe({ paths: { A: [() => payload({ path: 'B', kwargs: { n: '1' } })], B: [measure] } })
  // @ts-expect-error without a preset
  pathRouter({ paths: { A: [() => payload({ path: 'SHIP', kwargs: { id: 5 } })], SHIP: [ship] } })
  // @ts-expect-error a graph of one function has no paths
  lpipe({ call: () => payload({ path: 'A' }) })

  const elsewhere = { A: [() => payload({ path: 'NOPE' })] }
  // @ts-expect-error a graph that was made elsewhere
  lpipe({ paths: elsewhere })
  const ours = <const P extends Paths<P>>(paths: P) => lpipe({ paths, unhandled: 'retry' })
  // @ts-expect-error through a wrapper
  ours({ A: [() => payload({ path: 'NOPE' })] })
}

export const nearPayloads = (): void => {
  lpipe({ paths: { A: [() => ({ path: 'A' })], B: [() => ({ kwargs: {} })], C: [() => [1, [2, [3]]]] } }) // values
  lpipe({ paths: { A: [() => new Set([1])], B: [() => new Map([['a', 1]])], C: [() => [{ id: 1 }]] } })
  lpipe({ paths: { A: [() => Promise.all([Promise.resolve(1)])] } })
  lpipe({ paths: { A: [() => [...orders.values()]] } })

  // @ts-expect-error a plain object
  lpipe({ paths: { A: [() => ({ path: 'A', kwargs: {} })] } })
  // @ts-expect-error a plain object for a queue
  lpipe({ paths: { A: [async () => ({ queue: anything, kwargs: {} })] } })
  // @ts-expect-error plain objects in an array
  lpipe({ paths: { A: [() => orders.map((kwargs) => ({ path: 'A', kwargs }))] } })
  // @ts-expect-error a nested array
  lpipe({ paths: { A: [() => [[payload({ path: 'A' })]]] } })
  // @ts-expect-error a nested array in a union
  lpipe({ paths: { A: [() => [isBig ? payload({ path: 'A' }) : [payload({ path: 'A' })]]] } })
  // @ts-expect-error an array nested twice
  lpipe({ paths: { A: [async () => [[[payload({ path: 'A' })]]]] } })
  // @ts-expect-error a Set
  lpipe({ paths: { A: [() => new Set([payload({ path: 'A' })])] } })
  // @ts-expect-error a Map
  lpipe({ paths: { A: [() => new Map([['a', payload({ path: 'A' })]])] } })
  // @ts-expect-error promises in an array
  lpipe({ paths: { A: [() => orders.map(async () => payload({ path: 'A' }))] } })
  // @ts-expect-error a generator
  lpipe({ paths: { A: [yields] } })
  // @ts-expect-error an asynchronous generator
  lpipe({ paths: { A: [yieldsLater] } })
  // @ts-expect-error a generator, by its annotation
  lpipe({ paths: { A: [() => payloads] } })
  // @ts-expect-error an asynchronous one
  lpipe({ paths: { A: [() => payloadsLater] } })
  // @ts-expect-error in an array
  lpipe({ paths: { A: [() => [payloads]] } })
  // @ts-expect-error an iterator
  lpipe({ paths: { A: [() => [payload({ path: 'A' })].values()] } })
  // @ts-expect-error in an action
  lpipe({ paths: { A: [action({ functions: [() => [[payload({ path: 'A' })]]] })] } })
  // @ts-expect-error in a function with a signature
  lpipe({ paths: { A: [fn(Id, ({ id }) => ({ path: 'A', kwargs: { id } }))] } })
  // @ts-expect-error in the one function
  lpipe({ call: () => [[payload({ queue: anything })]] })
}

export const actionsThatFit = (): void => {
  lpipe({ paths: { A: [action({ functions: [identify], paths: ['B'] })], B: [take] } })
  lpipe({ paths: { A: [action({ functions: [ship], paths: ['B'] })], B: [identify] } })
  lpipe({ paths: { A: [action({ functions: [identify, ship], paths: ['B', 'C'] })], B: [ship], C: [take, store] } })
  lpipe({ paths: { A: [action({ functions: [take], paths: ['B'] })], B: [weigh] } }) // forwards everything
  lpipe({ paths: { A: [action({ functions: [identify], includeAllParams: true, paths: ['B'] })], B: [weigh] } })
  lpipe({ paths: { A: [action({ includeAllParams: true, paths: ['B'] })], B: [weigh] } })
  lpipe({ paths: { A: [action({ requiredParams: ['id'], paths: ['B'] })], B: [take] } })
  lpipe({ paths: { A: [action({ requiredParams: [['order', 'id']], paths: ['B'] })], B: [take] } })
  lpipe({ paths: { A: [action({ requiredParams: ['id', 'weight'], paths: ['B'] })], B: [weigh] } })
  lpipe({ paths: { A: [action({ requiredParams: ['id'], includeAllParams: true, paths: ['B'] })], B: [weigh] } })
  lpipe({ paths: { A: [action({ functions: [take], requiredParams: [['no', 'id']], paths: ['B'] })], B: [identify] } })
  lpipe({
    paths: {
      A: [() => payload({ path: 'B', kwargs: { no: 'a' } })],
      B: [action({ functions: [take], requiredParams: [['no', 'id']] })],
    },
  })
  lpipe({
    paths: {
      A: [() => payload({ path: 'B', kwargs: { no: 'a', weight: 1 } })],
      B: [action({ functions: [weigh], requiredParams: [['no', 'id']], includeAllParams: true })],
    },
  })
  lpipe({ paths: { A: [action({ functions: [identify, take], paths: ['B'] })], B: [weigh] } }) // one forwards everything
  lpipe({ paths: { A: [action({ functions: [fn(z.looseObject({}), store)], paths: ['B'] })], B: [weigh] } })
  lpipe({
    paths: { A: [action({ functions: [fn(z.record(z.string(), z.string()), store)], paths: ['B'] })], B: [take] },
  })
  lpipe({ paths: { A: [action({ functions: [fn(z.unknown(), store)], paths: ['B'] })], B: [weigh] } })
  lpipe({ paths: { A: [action({ functions: [handle], paths: ['B'] })], B: [handle] } })
  lpipe({ paths: { A: [action({ functions: [ship], queues: [parcels] })] } })
  lpipe({ paths: { A: [action({ functions: [ship], queues: [anything, parcels, clicks] })] } })
  lpipe({ paths: { A: [action({ functions: [identify], paths: [parcels, 'A'] })] } })
  lpipe({ paths: { A: [action({ requiredParams: ['id'], queues: [parcels] })] } })
  lpipe({ paths: { A: [action({ includeAllParams: true, queues: [parcels] })] } })
  lpipe({
    paths: { A: [action({ functions: [(_, { logger }) => logger.info('x')], paths: ['A'], queues: [anything] })] },
  })
}

export const actionsThatDoNotFit = (): void => {
  // @ts-expect-error no path is called NOPE
  lpipe({ paths: { A: [action({ functions: [take], paths: ['NOPE'] })] } })
  // @ts-expect-error beside a queue
  lpipe({ paths: { A: [action({ includeAllParams: true, paths: [parcels, 'NOPE'] })] } })
  // @ts-expect-error another case is for messages, not for code
  lpipe({ paths: { ALARM: [action({ functions: [take], paths: ['alarm'] })] } })
  // @ts-expect-error the signature does not declare the weight
  lpipe({ paths: { A: [action({ functions: [identify], paths: ['B'] })], B: [weigh] } })
  // @ts-expect-error no signature declares it
  lpipe({ paths: { A: [action({ functions: [identify, handle], paths: ['B'] })], B: [weigh] } })
  // @ts-expect-error a default is not forwarded
  lpipe({ paths: { A: [action({ functions: [ship], paths: ['B'] })], B: [weigh] } })
  // @ts-expect-error what a schema makes is not forwarded
  lpipe({ paths: { A: [action({ functions: [parse], paths: ['B'] })], B: [count] } })
  // @ts-expect-error the id has another type there
  lpipe({ paths: { A: [action({ functions: [identify], paths: ['B'] })], B: [count] } })
  // @ts-expect-error the same without a signature
  lpipe({ paths: { A: [action({ functions: [take], paths: ['B'] })], B: [count] } })
  // @ts-expect-error the second path
  lpipe({ paths: { A: [action({ functions: [identify], paths: ['B', 'C'] })], B: [take], C: [weigh] } })
  // @ts-expect-error the second action
  lpipe({ paths: { A: [action({ functions: [take] }), action({ functions: [identify], paths: ['B'] })], B: [weigh] } })
  // @ts-expect-error the second function of the path
  lpipe({ paths: { A: [action({ functions: [identify], paths: ['B'] })], B: [take, weigh] } })
  // @ts-expect-error only the id is forwarded
  lpipe({ paths: { A: [action({ requiredParams: ['id'], paths: ['B'] })], B: [weigh] } })
  // @ts-expect-error under another name
  lpipe({ paths: { A: [action({ requiredParams: [['id', 'no']], paths: ['B'] })], B: [take] } })
  // @ts-expect-error the function knows the type
  lpipe({ paths: { A: [action({ functions: [take], requiredParams: ['id'], paths: ['B'] })], B: [count] } })
  // @ts-expect-error the function receives only the id
  lpipe({ paths: { A: [action({ functions: [weigh], requiredParams: ['id'] })] } })
  // @ts-expect-error a payload must hold what is renamed
  lpipe({ paths: { A: [() => payload({ path: 'B', kwargs: { id: 'a' } })], B: [renaming] } })
  // @ts-expect-error with the type that it has after that
  lpipe({ paths: { A: [() => payload({ path: 'B', kwargs: { no: 1 } })], B: [renaming] } })
  // @ts-expect-error even without a function
  lpipe({ paths: { A: [() => payload({ path: 'B' })], B: [action({ requiredParams: ['id'], paths: ['A'] })] } })
  // @ts-expect-error everything is forwarded, and the id has another type
  lpipe({ paths: { A: [action({ functions: [identify], includeAllParams: true, paths: ['B'] })], B: [count] } })
  // @ts-expect-error the queue's contract requires the id
  lpipe({ paths: { A: [action({ functions: [handle], queues: [parcels] })] } })
  // @ts-expect-error the queue's contract wants a string
  lpipe({ paths: { A: [action({ functions: [count], queues: [parcels] })] } })
  // @ts-expect-error a queue among the paths
  lpipe({ paths: { A: [action({ requiredParams: ['weight'], paths: [parcels] })] } })
  // @ts-expect-error the second queue
  lpipe({ paths: { A: [action({ requiredParams: ['weight'], queues: [anything, parcels] })] } })
  // @ts-expect-error JSON cannot carry a Date
  lpipe({ paths: { A: [action({ functions: [({ at }: { at: Date }) => at], queues: [anything] })] } })
  // @ts-expect-error nor a bigint
  lpipe({ paths: { A: [action({ functions: [({ n }: { n: bigint }) => n], queues: [anything] })] } })
}

export const startsOfAGraph = (): void => {
  lpipe({ paths: { A: [store], B: [store] }, defaultPath: 'A' })
  lpipe({ paths: { A: [store], B: [store] }, entries: ['A', 'B'] })
  lpipe({ paths: { [Path.Ship]: [store] }, defaultPath: Path.Ship, entries: ['SHIP'] })
  lpipe({ paths: { SHIP: [store] }, defaultPath: Path.Ship, entries: [Path.Ship] })
  pathRouter({ paths: { A: [store] }, defaultPath: 'A', entries: [] })
  lpipe({ paths: { A: [(_, { logger }) => logger.info('x')], B: [store] }, defaultPath: 'A', entries: ['B'] })
  lpipe({ entries: ['A'], paths: { A: [action({ functions: [(_, { logger }) => logger.info('x')] })] } })
  // @ts-expect-error beside a function without annotations
  lpipe({ paths: { A: [(_, { logger }) => logger.info('x')] }, defaultPath: 'B' })
  // @ts-expect-error no path is called C
  lpipe({ paths: { A: [store], B: [store] }, defaultPath: 'C' })
  // @ts-expect-error no path is called C
  lpipe({ paths: { A: [store], B: [store] }, entries: ['A', 'C'] })
  // @ts-expect-error another case
  lpipe({ paths: { A: [store], B: [store] }, defaultPath: 'a' })
  // @ts-expect-error the enum has it, the graph does not
  pathRouter({ paths: { TAKE: [store] }, defaultPath: Path.Ship })
}

export const queues = (): void => {
  payload({ queue: parcels, kwargs: { id: 'a' } })
  payload({ queue: parcels, kwargs: { id: 'a', weight: 2, tier: 'paid' } })
  payload({ queue: parcels, kwargs: { ...order, tier: 'free' } })
  payload({ queue: anything })
  payload({ queue: anything, kwargs: undefined })
  payload({ queue: anything, kwargs: order })
  payload({ queue: anything, kwargs: tree })
  payload({ queue: anything, kwargs: [1, 'two', null, { three: [true] }] })
  payload({ queue: anything, kwargs: isBig ? orders : 'text' })
  payload({ queue: anything, kwargs: { url: new URL('https://a'), total: order.total ?? 0 } }) // has toJSON()
  payload({ queue: anything, kwargs: { id: orderId, all: [orderId], of: z.number().brand<'Count'>().parse(1) } })
  payload({ queue: parcels, kwargs: { id: orderId } })
  payload({ queue: anything, kwargs: someKwargs })
  payload({ queue: anything, kwargs: JSON.parse('1') as unknown })
  const untyped: Queue = parcels
  payload({ queue: untyped, kwargs: { of: 'any shape' } })
  queue({ type: 'sqs', name: 'a.fifo', schema: Shipment, groupId: ({ kwargs }) => kwargs.tier ?? kwargs.id })
  queue({ type: 'sqs', name: 'a', schema: v.object({ id: v.string() }), deduplicationId: ({ kwargs }) => kwargs.id })
  queue({ type: 'sqs', name: 'a', schema: Shipment, groupId: ({ kwargs }: Sending<{ id: string }>) => kwargs.id })
  queue({ type: 'of-my-own', name: 'a', schema: Id, validate: true, priority: 1 })
  const grouped = queue({ type: 'sqs', name: 'a.fifo', groupId: ({ kwargs }: Sending<Order>) => kwargs.id })
  payload({ queue: grouped, kwargs: { id: 'a' } })

  // @ts-expect-error a callback reads what the kwargs lack
  payload({ queue: grouped, kwargs: { total: 1 } })
  // @ts-expect-error the id is not a string
  payload({ queue: parcels, kwargs: { id: 1 } })
  // @ts-expect-error the id is missing
  payload({ queue: parcels, kwargs: {} })
  // @ts-expect-error the kwargs are missing
  payload({ queue: parcels })
  // @ts-expect-error no such tier
  payload({ queue: parcels, kwargs: { id: 'a', tier: 'gold' } })
  // @ts-expect-error must be an object
  payload({ queue: parcels, kwargs: 'a' })
  // @ts-expect-error a Date
  payload({ queue: anything, kwargs: { at: new Date() } })
  // @ts-expect-error a bigint
  payload({ queue: anything, kwargs: { n: 1n } })
  // @ts-expect-error a Map
  payload({ queue: anything, kwargs: { by: new Map([['a', 1]]) } })
  // @ts-expect-error a Set
  payload({ queue: anything, kwargs: new Set([1]) })
  // @ts-expect-error a function
  payload({ queue: anything, kwargs: { run: store } })
  // @ts-expect-error a symbol
  payload({ queue: anything, kwargs: [Symbol('a')] })
  // @ts-expect-error undefined
  payload({ queue: anything, kwargs: { id: maybe } })
  // @ts-expect-error a promise
  payload({ queue: anything, kwargs: { id: Promise.resolve(1) } })
  // @ts-expect-error deep inside
  payload({ queue: anything, kwargs: { list: [{ of: [{ at: new Date() }] }] } })
  // @ts-expect-error the schema has no such member
  queue({ type: 'sqs', name: 'a.fifo', schema: Id, groupId: ({ kwargs }) => kwargs.nope })
  // @ts-expect-error the member is not a string
  queue({ type: 'kinesis', name: 'a', schema: Shipment, partitionKey: ({ kwargs }) => kwargs.weight })
  // @ts-expect-error the callback wants more than the schema has
  queue({ type: 'sqs', name: 'a.fifo', schema: Id, groupId: ({ kwargs }: Sending<{ total: string }>) => kwargs.total })
  // @ts-expect-error no schema
  queue({ type: 'sqs', name: 'a', schema: { type: 'object' } })
  // @ts-expect-error must be a boolean
  queue({ type: 'sqs', name: 'a', schema: Id, validate: 'yes' })
}

/** Nothing is known, so nothing is checked. */
export const unknownTypes = (): void => {
  const anyFunction: AnyFunction = store
  lpipe({ paths: {} as Record<string, PathDefinition> })
  lpipe({ paths: {} as Record<string, PathDefinition>, defaultPath: 'ANY', entries: ['ANY'] })
  lpipe({ paths: { A: [anyFunction], B: [action({ functions: [anyFunction], paths: ['A'], queues: [parcels] })] } })
  lpipe({ paths: { A: [take] as AnyFunction[], B: [] as PathDefinition } })
  lpipe({ paths: { A: [(): Payload => payload({ path: 'anything' })] } })
  lpipe({ paths: { A: [(): Payload[] => []], B: [(): unknown => payload({ path: 'anything' })] } })
  lpipe({ paths: { A: [(): Payload<Order> => payload({ path: 'anything', kwargs: order })] } })
  lpipe({ paths: { A: [() => payload({ path: someName })] } })
  lpipe({ paths: { A: [() => payload({ path: `B_${someName}` })], B_1: [take] } })
  lpipe({ paths: { A: [() => payload({ path: brandedName })] } })
  lpipe({ paths: { A: [action({ functions: [take], paths: [`B_${someName}`, brandedName] })], B_1: [take] } })
  lpipe({
    paths: {
      A: [() => anyIterable, () => JSON.parse('1'), async () => JSON.parse('1'), () => 'text', () => new Uint8Array(1)],
    },
  })
  lpipe({ paths: { A: [() => payload({ path: 'B', kwargs: someKwargs })], B: [take] } })
  lpipe({ paths: { A: [() => payload({ path: 'B', kwargs: someObject })], B: [take] } })
  lpipe({ paths: { A: [action({ requiredParams: [someName], paths: ['B'] })], B: [take] } })
  lpipe({ paths: { A: [action({ includeAllParams: isBig, functions: [identify], paths: ['B'] })], B: [take] } })
  lpipe({ paths: { A: [() => payload({ path: 'B', kwargs: { n: 1 } })], B: [fn({} as StandardSchema, store)] } })
  lpipe({
    paths: {
      A: [() => payload({ path: 'B', kwargs: { n: 1 } })],
      B: [fn({} as StandardSchema<unknown, Order>, store)],
    },
  })
  const generated = take as typeof take & Signed<StandardSchema> // as `@lpipe/signatures` makes them
  lpipe({ paths: { A: [() => payload({ path: 'B', kwargs: { id: 'a' } })], B: [generated] } })
  // @ts-expect-error the function has a type, although its schema has none
  lpipe({ paths: { A: [() => payload({ path: 'B', kwargs: { id: 1 } })], B: [generated] } })
}
