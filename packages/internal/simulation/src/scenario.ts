import fc from 'fast-check'

/** All that a run depends on: plain data, so that a failing one can be printed, shrunk and run again. */
export interface Scenario {
  /** For the faults, the jitter and what else is left to chance. */
  readonly seed: number
  readonly source: 'standard' | 'fifo' | 'kinesis' | 'raw'
  readonly messages: readonly MessageSpec[]
  readonly batchSize: number
  /** How many batches of a queue one handler processes at the same time. */
  readonly pollers: number
  readonly maxReceiveCount: number
  readonly paths: readonly PathSpec[]
  readonly targets: readonly TargetSpec[]
  readonly options: OptionsSpec
  /** Milliseconds of an invocation; null if its context does not say. */
  readonly timeout: number | null
  readonly faults: FaultsSpec
  /** The invocation before which the graph is deployed anew: its actions list their queues in reverse order. Null: never. */
  readonly deployAt: number | null
  /** Whether functions leave the message's number out of what they send to SQS: equal contents of different messages. */
  readonly anonymous: boolean
  /** Whether lpipe routes each message itself, or a handler of the user's own returns a payload for it. */
  readonly handler: 'graph' | 'own'
  readonly around: readonly AroundSpec[]
}

/** A hook of another middleware, which acts in every third invocation. */
export interface AroundSpec {
  /** Before or after lpipe in the list of middlewares. */
  readonly place: 'outer' | 'inner'
  readonly hook: 'before' | 'after' | 'onError'
  readonly does: 'returns' | 'throws' | 'sets'
}

/**
 * A message's body. `plain`, `byteOrderMark`, `prototype` (a member `__proto__`) and `lowerCase` (the path in another
 * spelling) are processed; the others are dropped.
 */
export type BodySpec =
  | 'plain'
  | 'byteOrderMark'
  | 'prototype'
  | 'lowerCase'
  | 'notJson'
  | 'noPath'
  | 'noKwargs'
  | 'array'
  | 'hugeNumber'

/** `forged`: more hops than allowed. `broken`: texts that lpipe cannot have written. */
export type HeadersSpec = 'none' | 'forged' | 'broken'

export interface MessageSpec {
  /** Message group or tenant; what groups and keys of targets are computed from. */
  readonly group: number
  /** Kinesis: the Lambda, stream and shard. */
  readonly shard: number
  readonly path: number
  /** Bytes that its kwargs are padded with. */
  readonly pad: number
  readonly body: BodySpec
  readonly headers: HeadersSpec
  /** Whether services refuse each call that carries something of it. */
  readonly isPoison: boolean
}

/** The first action of a path has a function, so that a message that was tried is known to have been. */
export interface PathSpec {
  readonly actions: readonly ActionSpec[]
}

export interface ActionSpec {
  readonly functions: readonly FunctionSpec[]
  /** Paths after this one, or targets. */
  readonly next: readonly Goal[]
  readonly queues: readonly number[]
}

export interface Goal {
  readonly kind: 'path' | 'target'
  readonly index: number
}

export interface FunctionSpec {
  readonly returns: readonly Goal[]
  /** Virtual milliseconds; 0 for a function that is not async. */
  readonly millis: number
  /** Milliseconds that it keeps the process busy. */
  readonly blocks: number
  readonly fate: 'ok' | 'flaky' | 'poison' | 'drop' | 'unknown'
  /** `flaky`, and `unknown` if that is retried: every n-th call; otherwise every n-th message. */
  readonly every: number
  /** What differs at every other try of a message: nothing, the order of what it returns, its content, its number. */
  readonly varies: 'no' | 'order' | 'content' | 'count'
}

export interface TargetSpec {
  /** `twin`: it has the name of the first target, in another account. `alias`: the first target, named the other way. */
  readonly relation: 'own' | 'twin' | 'alias'
  readonly kind: 'standard' | 'fifo' | 'kinesis'
  readonly strictOrder: boolean
  readonly hasPath: boolean
  readonly byName: boolean
  /** Whether its group or key is computed from the kwargs. Default: the group of the source, or a hash. */
  readonly computed: boolean
  /** The queue's own limit in bytes, lower than the service's. */
  readonly ownLimit: number | null
  /** Whether it is down for the whole run: it refuses all calls for now, or does not exist. */
  readonly down: 'no' | 'throttled' | 'missing'
}

export interface OptionsSpec {
  readonly concurrency: number | null
  readonly continuesAfterFailure: boolean
  readonly reserveMillis: number | null
  readonly retryUnhandled: boolean
  readonly deadLetter: 'none' | 'standard' | 'fifo'
  readonly partialFailures: 'report' | 'delete'
  readonly retryDelay: 'none' | 'number' | 'function'
  readonly maxEntries: number
  readonly maxBytes: number
  readonly delivery: {
    readonly maxCalls: number
    readonly retryMillis: number
    readonly maxAttempts: number
    readonly maxRetryMillis: number
    readonly lingerMillis: number
    readonly maxPendingBytes: number
  }
  readonly logger: 'silent' | 'throws' | 'rejects'
  readonly capture: 'none' | 'throws' | 'rejects' | 'hangs'
  /** `odd`: now and then it returns nonsense, or throws where it should not. */
  readonly sender: 'plain' | 'odd'
}

/** Percentages, unless it says otherwise. */
export interface FaultsSpec {
  /** Of calls that send. */
  readonly send: number
  /** Which kinds of them. */
  readonly kinds: readonly SendFault[]
  /** Of messages that are delivered again although they were processed. */
  readonly again: number
  /** Of calls to the source's queue: delete, change of visibility. */
  readonly source: number
  /** Most milliseconds that any call takes. */
  readonly latency: number
  /** Milliseconds that the first call of each client takes in addition. */
  readonly coldMillis: number
}

/**
 * `refused`, `throttled`, `denied`, `invalid` and `odd` (a value that is not an Error) are thrown before anything is
 * accepted, `cut` after everything is; `entries` fail within an accepted call, for now or for good; `silent` entries are
 * missing in the answer; `slow` takes seconds; `never` does not answer.
 */
export type SendFault =
  | 'refused'
  | 'throttled'
  | 'denied'
  | 'invalid'
  | 'odd'
  | 'cut'
  | 'entries'
  | 'silent'
  | 'slow'
  | 'never'

const kinds: readonly SendFault[] = [
  'refused',
  'throttled',
  'denied',
  'invalid',
  'odd',
  'cut',
  'entries',
  'silent',
  'slow',
  'never',
]

const weighted = <T>(...pairs: readonly (readonly [weight: number, value: T])[]): fc.Arbitrary<T> =>
  fc.oneof(...pairs.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })))

const message: fc.Arbitrary<MessageSpec> = fc.record({
  group: fc.nat(2),
  shard: weighted([3, 0], [2, 1], [2, 2], [2, 3]),
  path: fc.nat(3),
  pad: weighted([16, 0], [4, 100], [2, 600], [1, 5000]),
  body: weighted<BodySpec>(
    [24, 'plain'],
    [1, 'byteOrderMark'],
    [1, 'prototype'],
    [1, 'lowerCase'],
    [1, 'notJson'],
    [1, 'noPath'],
    [1, 'noKwargs'],
    [1, 'array'],
    [1, 'hugeNumber'],
  ),
  headers: weighted<HeadersSpec>([20, 'none'], [1, 'forged'], [2, 'broken']),
  isPoison: weighted([15, false], [1, true]),
})

const goals = (path: number, paths: number, targets: number): fc.Arbitrary<readonly Goal[]> => {
  const target = fc.record({ kind: fc.constant('target' as const), index: fc.nat(targets - 1) })
  if (path + 1 >= paths) return fc.array(target, { maxLength: 2 })
  const later = fc.record({ kind: fc.constant('path' as const), index: fc.integer({ min: path + 1, max: paths - 1 }) })
  return fc.array(fc.oneof({ weight: 3, arbitrary: target }, { weight: 1, arbitrary: later }), { maxLength: 2 })
}

const actionOf = (path: number, paths: number, targets: number, least: number): fc.Arbitrary<ActionSpec> => {
  const run: fc.Arbitrary<FunctionSpec> = fc.record({
    returns: goals(path, paths, targets),
    millis: weighted([6, 0], [4, 3], [3, 20], [2, 200], [1, 100_000]),
    blocks: weighted([4, 0], [1, 15], [1, 60]),
    fate: weighted<FunctionSpec['fate']>([9, 'ok'], [3, 'flaky'], [1, 'poison'], [1, 'drop'], [1, 'unknown']),
    every: fc.integer({ min: 2, max: 7 }),
    varies: weighted<FunctionSpec['varies']>([16, 'no'], [2, 'order'], [1, 'content'], [1, 'count']),
  })
  return fc.record({
    functions: fc.array(run, { minLength: least, maxLength: 2 }),
    next: goals(path, paths, targets),
    queues: fc.array(fc.nat(targets - 1), { minLength: 1 - least, maxLength: 2 }),
  })
}

const pathOf = (path: number, paths: number, targets: number): fc.Arbitrary<PathSpec> =>
  fc
    .tuple(actionOf(path, paths, targets, 1), fc.array(actionOf(path, paths, targets, 0), { maxLength: 1 }))
    .map(([first, rest]) => ({ actions: [first, ...rest] }))

const target: fc.Arbitrary<TargetSpec> = fc.record({
  relation: weighted<TargetSpec['relation']>([6, 'own'], [1, 'twin'], [1, 'alias']),
  kind: weighted<TargetSpec['kind']>([2, 'standard'], [4, 'fifo'], [2, 'kinesis']),
  strictOrder: fc.boolean(),
  hasPath: fc.boolean(),
  byName: fc.boolean(),
  computed: fc.boolean(),
  ownLimit: weighted<number | null>([5, null], [1, 900]),
  down: weighted<TargetSpec['down']>([18, 'no'], [1, 'throttled'], [1, 'missing']),
})

const options: fc.Arbitrary<OptionsSpec> = fc.record({
  concurrency: weighted<number | null>([3, 1], [2, 2], [2, 3], [1, null]),
  continuesAfterFailure: weighted([3, false], [1, true]),
  reserveMillis: weighted<number | null>([4, null], [2, 100], [2, 400], [1, 5000]),
  retryUnhandled: fc.boolean(),
  deadLetter: weighted<OptionsSpec['deadLetter']>([2, 'none'], [1, 'standard'], [1, 'fifo']),
  partialFailures: weighted<OptionsSpec['partialFailures']>([3, 'report'], [1, 'delete']),
  retryDelay: weighted<OptionsSpec['retryDelay']>([2, 'none'], [1, 'number'], [1, 'function']),
  maxEntries: weighted([3, 10], [1, 3], [1, 1]),
  maxBytes: weighted([3, 1024 * 1024], [1, 2500], [1, 900]),
  delivery: fc.record({
    maxCalls: fc.integer({ min: 1, max: 4 }),
    retryMillis: weighted([1, 1], [1, 100]),
    maxAttempts: weighted([4, 5], [1, 2], [1, 50]),
    maxRetryMillis: weighted([4, 30_000], [1, 500]),
    lingerMillis: weighted([4, 100], [1, 0]),
    maxPendingBytes: weighted([4, 16 * 1024 * 1024], [1, 500]),
  }),
  logger: weighted<OptionsSpec['logger']>([4, 'silent'], [1, 'throws'], [1, 'rejects']),
  capture: weighted<OptionsSpec['capture']>([4, 'none'], [1, 'throws'], [1, 'rejects'], [1, 'hangs']),
  sender: weighted<OptionsSpec['sender']>([4, 'plain'], [1, 'odd']),
})

const faults: fc.Arbitrary<FaultsSpec> = fc.record({
  send: weighted([2, 0], [2, 10], [3, 30], [1, 60]),
  kinds: fc.subarray([...kinds], { minLength: 1 }),
  again: weighted([2, 0], [1, 10], [1, 30]),
  source: weighted([2, 0], [1, 20]),
  latency: weighted([1, 0], [3, 5], [1, 60]),
  coldMillis: weighted([6, 0], [1, 500], [1, 10_000]),
})

/** Whether a middleware answers without lpipe, which has not run: that is what its user wants. */
const answersItself = (hooks: readonly AroundSpec[]): boolean =>
  hooks.some(({ place, hook }) => place === 'outer' && hook === 'before') &&
  hooks.some(({ hook, does }) => hook !== 'after' && does !== 'throws')

const around: fc.Arbitrary<readonly AroundSpec[]> = fc
  .array(
    fc.record<AroundSpec>({
      place: fc.constantFrom('outer', 'inner'),
      hook: fc.constantFrom('before', 'after', 'onError'),
      does: fc.constantFrom('returns', 'throws', 'sets'),
    }),
    { minLength: 1, maxLength: 2 },
  )
  .filter((hooks) => !answersItself(hooks))

/** Any run. */
export const scenarios: fc.Arbitrary<Scenario> = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }))
  .chain(([paths, targets]) =>
    fc.record({
      seed: fc.nat(),
      source: weighted<Scenario['source']>([2, 'standard'], [4, 'fifo'], [3, 'kinesis'], [1, 'raw']),
      messages: fc.array(message, { minLength: 1, maxLength: 16 }),
      batchSize: weighted([1, 1], [2, 4], [3, 10]),
      pollers: fc.integer({ min: 1, max: 2 }),
      maxReceiveCount: fc.integer({ min: 1, max: 4 }),
      paths: fc.tuple(...Array.from({ length: paths }, (_, path) => pathOf(path, paths, targets))),
      targets: fc.array(target, { minLength: targets, maxLength: targets }),
      options,
      timeout: weighted<number | null>([2, null], [2, 900], [3, 3000], [2, 30_000]),
      faults,
      deployAt: weighted<number | null>([4, null], [1, 1], [1, 2]),
      anonymous: weighted([3, false], [1, true]),
      handler: weighted<Scenario['handler']>([5, 'graph'], [1, 'own']),
      around: fc.oneof({ weight: 6, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: around }),
    }),
  )
