/** What all programs import. */
export const preamble = `import { action, fn, lpipe, payload, queue, type Sending } from 'lpipe-preset'
import { pathRouter } from '@lpipe/path-router'
import * as v from 'valibot'
import * as z from 'zod'
declare const isBig: boolean
const Paid = z.object({ id: z.string(), tier: z.enum(['free', 'paid']) })
const Event = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('open'), at: z.string() }),
  z.object({ kind: z.literal('close'), by: z.string() }),
])
enum Path {
  Ship = 'SHIP',
}
const Shipment = z.object({ id: z.string(), weight: z.number().optional() })
const ship = fn(Shipment, ({ id }) => id)
const take = ({ id }: { id: string }) => id
const count = ({ id }: { id: number }) => id
const weigh = ({ id, weight }: { id: string; weight: number }) => id.length + weight
const pay = fn(Paid, ({ id }) => id)
const handle = fn(Event, ({ kind }) => kind)
const measure = fn(v.object({ n: v.number() }), ({ n }) => n)
const tag = ({ tags }: { tags: string[] }) => tags.length
const locate = ({ at }: { at: { x: number } }) => at.x
const parcels = queue({ type: 'sqs', name: 'parcels', schema: Shipment })
const clicks = queue({ type: 'kinesis', name: 'clicks', schema: Paid })
const grouped = queue({ type: 'sqs', name: 'grouped.fifo', groupId: ({ kwargs }: Sending<{ id: string }>) => kwargs.id })
const anything = queue({ type: 'sqs', name: 'anything' })
export {
  action, anything, clicks, count, fn, grouped, handle, isBig, locate, lpipe, measure, Paid, Path, parcels, pathRouter, pay, payload,
  queue, Shipment, ship, tag, take, weigh, z,
}
`

/** Wrong programs, and the text that the compiler must show. The order of several texts is the compiler's. */
export const wrongGraphs: readonly (readonly [name: string, code: string, text: string | string[]])[] = [
  [
    'a payload for a missing path',
    "lpipe({ paths: { A: [() => payload({ path: 'ALARMM' })], ALARM: [take] } })",
    'no path is called ALARMM',
  ],
  [
    'a payload for a missing path in an array in a promise',
    "lpipe({ paths: { A: [async () => [isBig ? payload({ path: 'ALARMM' }) : undefined]], ALARM: [take] } })",
    'no path is called ALARMM',
  ],
  [
    'an action with a missing path',
    "lpipe({ paths: { A: [action({ functions: [take], paths: ['ALARMM'] })] } })",
    'no path is called ALARMM',
  ],
  ['a payload in a graph without paths', "lpipe({ call: () => payload({ path: 'SHIP' }) })", 'no path is called SHIP'],
  [
    'kwargs of the wrong type',
    "lpipe({ paths: { A: [() => payload({ path: 'SHIP', kwargs: { id: 5 } })], SHIP: [ship] } })",
    'path SHIP: the member id must be string, received number',
  ],
  [
    'kwargs of the wrong type for a function without a schema',
    "lpipe({ paths: { A: [() => payload({ path: 'SHIP', kwargs: { id: ['a'] } })], SHIP: [take] } })",
    'path SHIP: the member id must be string, received array',
  ],
  [
    'kwargs that lack a member',
    "lpipe({ paths: { A: [() => payload({ path: 'SHIP', kwargs: { weight: 5 } })], SHIP: [ship] } })",
    'path SHIP requires the member id',
  ],
  [
    'kwargs whose member may be missing',
    "lpipe({ paths: { A: [(kwargs: { id?: string }) => payload({ path: 'SHIP', kwargs })], SHIP: [take] } })",
    'path SHIP: the member id must be string, received missing',
  ],
  [
    'an action that forwards the wrong type',
    "lpipe({ paths: { A: [action({ functions: [count], paths: ['SHIP'] })], SHIP: [ship] } })",
    'path SHIP: the member id must be string, received number',
  ],
  [
    'an action that does not forward a member',
    "lpipe({ paths: { A: [action({ requiredParams: ['weight'], paths: ['SHIP'] })], SHIP: [ship] } })",
    'path SHIP requires the member id, which the action does not forward',
  ],
  [
    'an action whose functions require more than it picks',
    "lpipe({ paths: { A: [action({ functions: [take], requiredParams: ['weight'] })] } })",
    'requiredParams lacks the member id, which a function of the action requires',
  ],
  [
    'an action that forwards the wrong type to a queue',
    'lpipe({ paths: { A: [action({ functions: [count], queues: [parcels] })] } })',
    'queue parcels: the member id must be string, received number',
  ],
  [
    'an action that does not forward a member to a queue',
    "lpipe({ paths: { A: [action({ requiredParams: ['weight'], queues: [parcels] })] } })",
    'queue parcels requires the member id, which the action does not forward',
  ],
  [
    'an action that forwards what JSON cannot carry',
    'lpipe({ paths: { A: [action({ functions: [({ at }: { at: Date }) => at], queues: [anything] })] } })',
    'queue anything: JSON cannot carry the member at',
  ],
  [
    'a missing start',
    "lpipe({ paths: { SHIP: [ship] }, defaultPath: 'SHIPP' })",
    `'"SHIPP"' is not assignable to type '"SHIP"'`,
  ],
  [
    'a missing entry',
    "lpipe({ paths: { SHIP: [ship] }, entries: ['SHIPP'] })",
    `'"SHIPP"' is not assignable to type '"SHIP"'`,
  ],
  [
    'a plain object',
    "lpipe({ paths: { A: [() => ({ path: 'A', kwargs: {} })] } })",
    'an object with kwargs and a path or queue runs nothing: make it with payload()',
  ],
  [
    'a nested array',
    "lpipe({ paths: { A: [() => [[payload({ path: 'A' })]]] } })",
    'payloads in a nested array would be lost: return array.flat()',
  ],
  [
    'a Set',
    "lpipe({ paths: { A: [() => new Set([payload({ path: 'A' })])] } })",
    'payloads in a Set or Map would be lost: return an array',
  ],
  [
    'promises in an array',
    "lpipe({ paths: { A: [() => [Promise.resolve(payload({ path: 'A' }))]] } })",
    'promises in an array would be lost: return Promise.all(array)',
  ],
  [
    'a generator',
    "lpipe({ paths: { A: [function* () { yield payload({ path: 'A' }) }] } })",
    'a generator never runs: return an array of payloads',
  ],
  [
    'an asynchronous generator',
    "lpipe({ paths: { A: [async function* () { yield payload({ path: 'A' }) }] } })",
    'a generator never runs: return an array of payloads',
  ],
  [
    'kwargs of the wrong type for a queue',
    'payload({ queue: parcels, kwargs: { id: 5 } })',
    "Type 'number' is not assignable to type 'string'",
  ],
  ['kwargs that lack a member for a queue', 'payload({ queue: parcels, kwargs: {} })', "Property 'id' is missing"],
  ['no kwargs for a queue', 'payload({ queue: parcels })', "Property 'kwargs' is missing"],
  ['a Date', 'payload({ queue: anything, kwargs: { at: new Date() } })', 'JSON cannot carry a Date'],
  ['a bigint', 'payload({ queue: anything, kwargs: { n: 1n } })', 'JSON cannot carry a bigint'],
  ['a Map', 'payload({ queue: anything, kwargs: { by: new Map() } })', 'JSON cannot carry a Map'],
  ['a Set for a queue', 'payload({ queue: anything, kwargs: { all: new Set() } })', 'JSON cannot carry a Set'],
  ['a function', 'payload({ queue: anything, kwargs: { run: take } })', 'JSON cannot carry a function'],
  ['a symbol', "payload({ queue: anything, kwargs: { as: Symbol('a') } })", 'JSON cannot carry a symbol'],
  [
    'undefined',
    'payload({ queue: anything, kwargs: { id: isBig ? undefined : 1 } })',
    'JSON cannot carry undefined: leave the member out',
  ],
  [
    'a callback that reads what the schema lacks',
    "queue({ type: 'sqs', name: 'a.fifo', schema: Shipment, groupId: ({ kwargs }) => kwargs.group })",
    "Property 'group' does not exist",
  ],
  [
    'a callback that returns no string',
    "queue({ type: 'kinesis', name: 'a', schema: Shipment, partitionKey: ({ kwargs }) => kwargs.weight })",
    "Type 'number | undefined' is not assignable to type 'string'",
  ],
  // paths
  [
    'a payload in another case',
    "lpipe({ paths: { A: [() => payload({ path: 'ship' })], SHIP: [take] } })",
    'no path is called ship',
  ],
  [
    "a payload in Python's way",
    "lpipe({ paths: { A: [() => payload({ path: 'Path.SHIP' })], SHIP: [take] } })",
    'no path is called Path.SHIP',
  ],
  [
    'a payload for a member of an enum that the graph lacks',
    'lpipe({ paths: { A: [() => payload({ path: Path.Ship })] } })',
    'no path is called SHIP',
  ],
  [
    'a payload for one of two paths',
    "lpipe({ paths: { A: [() => payload({ path: isBig ? 'A' : 'B' })] } })",
    'no path is called B',
  ],
  [
    'a payload in a union',
    "lpipe({ paths: { A: [() => (isBig ? payload({ path: 'B' }) : 'value')] } })",
    'no path is called B',
  ],
  [
    'a payload of the second function',
    "lpipe({ paths: { A: [take, () => payload({ path: 'B' })] } })",
    'no path is called B',
  ],
  [
    'a payload of a function in an action',
    "lpipe({ paths: { A: [action({ functions: [() => payload({ path: 'B' })] })] } })",
    'no path is called B',
  ],
  [
    'a payload of a function with a signature',
    "lpipe({ paths: { A: [fn(Shipment, ({ id }) => payload({ path: 'B', kwargs: { id } }))] } })",
    'no path is called B',
  ],
  ['a payload without a preset', "pathRouter({ paths: { A: [() => payload({ path: 'B' })] } })", 'no path is called B'],
  [
    'an action beside another one with a missing path',
    "lpipe({ paths: { A: [action({ functions: [take] }), action({ functions: [take], paths: ['B'] })] } })",
    'no path is called B',
  ],
  [
    'an action with a missing path beside a queue',
    "lpipe({ paths: { A: [action({ functions: [take], paths: [anything, 'B'] })] } })",
    'no path is called B',
  ],
  [
    'a missing start without a preset',
    "pathRouter({ paths: { SHIP: [ship] }, defaultPath: 'ship' })",
    `'"ship"' is not assignable to type '"SHIP"'`,
  ],
  [
    'a missing entry of two',
    "lpipe({ paths: { SHIP: [ship], A: [take] }, entries: ['A', 'B'] })",
    `Type '"B"' is not assignable to type`,
  ],
  // kwargs of payloads
  [
    'no kwargs for a path that requires them',
    "lpipe({ paths: { A: [() => payload({ path: 'SHIP' })], SHIP: [ship] } })",
    'path SHIP requires the member id',
  ],
  [
    'an optional member of the wrong type',
    "lpipe({ paths: { A: [() => payload({ path: 'SHIP', kwargs: { id: 'a', weight: true } })], SHIP: [ship] } })",
    'path SHIP: the member weight must be number, received boolean',
  ],
  [
    'a value that is not in an enumeration',
    "lpipe({ paths: { A: [() => payload({ path: 'PAY', kwargs: { id: 'a', tier: 'gold' } })], PAY: [pay] } })",
    'path PAY: the member tier has the wrong type',
  ],
  [
    'two wrong members',
    "lpipe({ paths: { A: [() => payload({ path: 'B', kwargs: { id: 1, weight: '1' } })], B: [weigh] } })",
    'path B: the member weight must be number, received string',
  ],
  [
    'a missing member of the second function',
    "lpipe({ paths: { A: [() => payload({ path: 'B', kwargs: { id: 'a' } })], B: [take, weigh] } })",
    'path B requires the member weight',
  ],
  [
    'a missing member of the second action',
    "lpipe({ paths: { A: [() => payload({ path: 'B', kwargs: { id: 'a' } })], B: [action({ functions: [take] }), action({ functions: [weigh] })] } })",
    'path B requires the member weight',
  ],
  [
    'a member of a member',
    "lpipe({ paths: { A: [() => payload({ path: 'B', kwargs: { at: { x: '1' } } })], B: [locate] } })",
    'path B: the member at has the wrong type',
  ],
  [
    'an element of an array',
    "lpipe({ paths: { A: [() => payload({ path: 'B', kwargs: { tags: ['a', 1] } })], B: [tag] } })",
    'path B: the member tags has the wrong type',
  ],
  [
    'null instead of an array',
    "lpipe({ paths: { A: [() => payload({ path: 'B', kwargs: { tags: null } })], B: [tag] } })",
    'path B: the member tags must be array, received null',
  ],
  [
    'alternatives that are mixed',
    "lpipe({ paths: { A: [() => payload({ path: 'B', kwargs: { kind: 'open', by: 'me' } })], B: [handle] } })",
    'path B: the kwargs do not fit its functions',
  ],
  [
    'one of two payloads',
    "lpipe({ paths: { A: [() => [payload({ path: 'B', kwargs: { id: 'a' } }), payload({ path: 'B', kwargs: { id: 1 } })]], B: [take] } })",
    'path B: the member id must be string, received number',
  ],
  [
    'one of two kwargs',
    "lpipe({ paths: { A: [() => payload({ path: 'B', kwargs: isBig ? { id: 'a' } : { id: 1 } })], B: [take] } })",
    'path B: the member id must be string, received number',
  ],
  [
    'a payload to its own path',
    "lpipe({ paths: { A: [({ id }: { id: string }) => payload({ path: 'A', kwargs: { id: id.length } })] } })",
    'path A: the member id must be string, received number',
  ],
  [
    'a payload with an enum',
    'lpipe({ paths: { A: [() => payload({ path: Path.Ship, kwargs: { id: 1 } })], SHIP: [take] } })',
    'path SHIP: the member id must be string, received number',
  ],
  [
    'a payload for a valibot schema',
    "lpipe({ paths: { A: [() => payload({ path: 'B', kwargs: { n: '1' } })], B: [measure] } })",
    'path B: the member n must be number, received string',
  ],
  [
    'a payload for what an action renames',
    "lpipe({ paths: { A: [() => payload({ path: 'B', kwargs: { id: 'a' } })], B: [action({ functions: [take], requiredParams: [['no', 'id']] })] } })",
    'path B requires the member no',
  ],
  [
    'a payload of a promise in an array',
    "lpipe({ paths: { A: [() => Promise.all([Promise.resolve(payload({ path: 'B', kwargs: { id: 1 } }))])], B: [take] } })",
    'path B: the member id must be string, received number',
  ],
  [
    'each of two missing members',
    "lpipe({ paths: { A: [() => payload({ path: 'B' })], B: [weigh] } })",
    ['"path B requires the member id"', '"path B requires the member weight"'],
  ],
  [
    'a member that may have two types',
    "lpipe({ paths: { A: [() => payload({ path: 'B', kwargs: { id: true } })], B: [({ id }: { id: string | null }) => id] } })",
    [
      '"path B: the member id must be string, received boolean"',
      '"path B: the member id must be null, received boolean"',
    ],
  ],
  [
    'both payloads of a function',
    "lpipe({ paths: { A: [() => [payload({ path: 'B' }), payload({ path: 'C' })]] } })",
    ['"no path is called B"', '"no path is called C"'],
  ],
  // actions
  [
    'all problems of an action',
    "lpipe({ paths: { A: [action({ functions: [() => payload({ path: 'B' })], requiredParams: ['id'], paths: ['C'], queues: [clicks] })] } })",
    [
      '"no path is called B"',
      '"no path is called C"',
      '"queue clicks requires the member tier, which the action does not forward"',
    ],
  ],
  [
    'an action whose signature does not declare a member',
    "lpipe({ paths: { A: [action({ functions: [ship], paths: ['B'] })], B: [pay] } })",
    'path B requires the member tier, which the action does not forward',
  ],
  [
    'an action whose default is not forwarded',
    "lpipe({ paths: { A: [action({ functions: [fn(z.object({ weight: z.number().default(1), id: z.string() }), () => 1)], paths: ['B'] })], B: [weigh] } })",
    'path B: the member weight must be number, received missing',
  ],
  [
    'an action that forwards under another name',
    "lpipe({ paths: { A: [action({ requiredParams: [['id', 'no']], paths: ['B'] })], B: [take] } })",
    'path B requires the member id, which the action does not forward',
  ],
  [
    'the second path of an action',
    "lpipe({ paths: { A: [action({ functions: [ship], paths: ['B', 'C'] })], B: [take], C: [count] } })",
    'path C: the member id must be number, received string',
  ],
  [
    'an action with includeAllParams',
    "lpipe({ paths: { A: [action({ functions: [ship], includeAllParams: true, paths: ['B'] })], B: [count] } })",
    'path B: the member id must be number, received string',
  ],
  [
    'an action that picks what its function knows',
    "lpipe({ paths: { A: [action({ functions: [take], requiredParams: ['id'], paths: ['B'] })], B: [count] } })",
    'path B: the member id must be number, received string',
  ],
  [
    'the second queue of an action',
    "lpipe({ paths: { A: [action({ functions: [take], requiredParams: ['id'], queues: [anything, clicks] })] } })",
    'queue clicks requires the member tier, which the action does not forward',
  ],
  [
    'a queue among the paths of an action',
    'lpipe({ paths: { A: [action({ functions: [count], paths: [parcels] })] } })',
    'queue parcels: the member id must be string, received number',
  ],
  [
    'a bigint that an action forwards to a queue',
    'lpipe({ paths: { A: [action({ functions: [({ n }: { n: bigint }) => n], queues: [anything] })] } })',
    'queue anything: JSON cannot carry the member n',
  ],
  // near-payloads
  [
    'a plain object for a queue',
    'lpipe({ paths: { A: [async () => ({ queue: anything, kwargs: {} })] } })',
    'an object with kwargs and a path or queue runs nothing: make it with payload()',
  ],
  [
    'plain objects in an array',
    "lpipe({ paths: { A: [() => [{ path: 'A', kwargs: {} }]] } })",
    'an object with kwargs and a path or queue runs nothing: make it with payload()',
  ],
  [
    'a plain object of a function with a signature',
    "lpipe({ paths: { A: [fn(Shipment, ({ id }) => ({ path: 'A', kwargs: { id } }))] } })",
    'an object with kwargs and a path or queue runs nothing: make it with payload()',
  ],
  [
    'an array that is nested in a union',
    "lpipe({ paths: { A: [() => [isBig ? payload({ path: 'A' }) : [payload({ path: 'A' })]]] } })",
    'payloads in a nested array would be lost: return array.flat()',
  ],
  [
    'an array that is nested twice',
    "lpipe({ paths: { A: [async () => [[[payload({ path: 'A' })]]]] } })",
    'payloads in a nested array would be lost: return array.flat()',
  ],
  [
    'a Map',
    "lpipe({ paths: { A: [() => new Map([['a', payload({ path: 'A' })]])] } })",
    'payloads in a Set or Map would be lost: return an array',
  ],
  [
    'an iterator',
    "lpipe({ paths: { A: [() => [payload({ path: 'A' })].values()] } })",
    'a generator never runs: return an array of payloads',
  ],
  [
    'a generator that is annotated as an iterable',
    "lpipe({ paths: { A: [async function* (): AsyncIterable<ReturnType<typeof next>> { yield next() }] } }); const next = () => payload({ path: 'A' })",
    'a generator never runs: return an array of payloads',
  ],
  [
    'promises that a map makes',
    "lpipe({ paths: { A: [() => [1, 2].map(async () => payload({ path: 'A' }))] } })",
    'promises in an array would be lost: return Promise.all(array)',
  ],
  [
    'a nested array in the one function',
    'lpipe({ call: () => [[payload({ queue: anything })]] })',
    'payloads in a nested array would be lost: return array.flat()',
  ],
  // payload
  [
    'misspelt kwargs',
    "payload({ path: 'A', kwarg: {} })",
    'a payload has path and kwargs, an object, or queue and kwargs',
  ],
  [
    'kwargs for a path that are not an object',
    "payload({ path: 'A', kwargs: 'a' })",
    'a payload has path and kwargs, an object, or queue and kwargs',
  ],
  [
    'a payload for a path and a queue',
    "payload({ path: 'A', queue: anything })",
    'a payload has path and kwargs, an object, or queue and kwargs',
  ],
  ['a payload for nothing', 'payload({ kwargs: {} })', "Property 'queue' is missing"],
  // queues
  [
    "a value that is not in a queue's enumeration",
    "payload({ queue: clicks, kwargs: { id: 'a', tier: 'gold' } })",
    `Type '"gold"' is not assignable to type '"free" | "paid"'`,
  ],
  [
    'kwargs that a callback of the queue cannot read',
    'payload({ queue: grouped, kwargs: { no: 1 } })',
    "'no' does not exist in type '{ id: string; }'",
  ],
  [
    'a promise for a queue',
    'payload({ queue: anything, kwargs: { id: Promise.resolve(1) } })',
    'JSON cannot carry a promise: await it',
  ],
  [
    'a Date deep inside',
    'payload({ queue: anything, kwargs: { list: [{ of: [{ at: new Date() }] }] } })',
    'JSON cannot carry a Date',
  ],
  [
    'a value that is not a schema',
    "queue({ type: 'sqs', name: 'a', schema: { type: 'object' } })",
    "does not exist in type 'StandardSchema",
  ],
  [
    "an option that the queue's type lacks",
    "queue({ type: 'sqs', name: 'a', partitionKey: 'a' })",
    "'partitionKey' does not exist",
  ],
  [
    'validate that is not a boolean',
    "queue({ type: 'sqs', name: 'a', schema: Shipment, validate: 'yes' })",
    "Type 'string' is not assignable to type 'boolean'",
  ],
  // fn
  ['a function that reads what its schema lacks', 'fn(Shipment, ({ nope }) => nope)', "Property 'nope' does not exist"],
  [
    'a function whose parameter has another type',
    'fn(Shipment, ({ id }: { id: number }) => id)',
    "Type 'string' is not assignable to type 'number'",
  ],
  [
    'fn() without a schema',
    "fn({ type: 'object' }, ({ id }: { id: number }) => id)",
    "does not exist in type 'StandardSchema",
  ],
]

/** A right program with everything in it. */
export const rightGraph = `import { action, anything, fn, lpipe, Shipment, parcels, payload, ship, take } from './preamble.ts'
const toShip = fn(Shipment, ({ id }) => [payload({ path: 'SHIP', kwargs: { id } }), payload({ queue: parcels, kwargs: { id } })])
lpipe({
  paths: {
    A: [toShip, async (_, { logger }) => logger.info('any')],
    SHIP: [action({ functions: [ship], paths: ['TAKE'], queues: [parcels, anything] })],
    TAKE: [take],
  },
  defaultPath: 'A',
})
`
