import fc from 'fast-check'

/** All that a run depends on: plain data, so that a failing one can be printed, shrunk and run again. */
export interface Scenario {
  /** for the faults, the jitter and what else is left to chance */
  readonly seed: number
  readonly source: 'standard' | 'fifo' | 'kinesis' | 'raw'
  readonly messages: readonly MessageSpec[]
  readonly batchSize: number
  /** how many batches of a queue are worked on at once, by one handler */
  readonly pollers: number
  readonly maxReceiveCount: number
  readonly paths: readonly PathSpec[]
  readonly targets: readonly TargetSpec[]
  readonly options: OptionsSpec
  /** milliseconds of an invocation; null if its context does not tell */
  readonly timeout: number | null
  readonly faults: FaultsSpec
}

export interface MessageSpec {
  /** message group, tenant or partition key */
  readonly group: number
  readonly path: number
  /** bytes that its kwargs are padded with */
  readonly pad: number
  readonly bad: 'no' | 'json' | 'path'
}

/** The first action of a path has a function, so that a message that was tried is known to have been. */
export interface PathSpec {
  readonly actions: readonly ActionSpec[]
}

export interface ActionSpec {
  readonly functions: readonly FunctionSpec[]
  /** a path after this one, or a target */
  readonly next: readonly Goal[]
  readonly queues: readonly number[]
}

export interface Goal {
  readonly kind: 'path' | 'target'
  readonly index: number
}

export interface FunctionSpec {
  readonly returns: readonly Goal[]
  /** virtual milliseconds; 0 for one that is not async */
  readonly millis: number
  /** milliseconds that it keeps the process busy */
  readonly blocks: number
  readonly fate: 'ok' | 'flaky' | 'poison' | 'drop' | 'unknown'
  /** flaky, and unknown if that is tried again: every so manieth call; else every so manieth message */
  readonly every: number
}

export interface TargetSpec {
  readonly kind: 'standard' | 'fifo' | 'kinesis'
  readonly strictOrder: boolean
  readonly hasPath: boolean
  readonly byName: boolean
  /** FIFO: group of the source, or computed; Kinesis: hash, or computed */
  readonly computed: boolean
  /** the queue's own limit, lower than the service's */
  readonly ownLimit: number | null
}

export interface OptionsSpec {
  readonly concurrency: number | null
  readonly goOn: boolean
  readonly reserveMillis: number | null
  readonly retryUnhandled: boolean
  readonly deadLetter: 'none' | 'standard' | 'fifo'
  readonly partialFailures: 'report' | 'delete'
  readonly retryDelay: 'none' | 'number' | 'function'
  readonly maxCalls: number
  readonly retryMillis: number
  readonly maxEntries: number
  readonly maxBytes: number
}

/** Percentages. */
export interface FaultsSpec {
  /** of calls that send */
  readonly send: number
  /** which kinds of them */
  readonly kinds: readonly SendFault[]
  /** of messages that are delivered again though they were done */
  readonly again: number
  /** of calls to the source's queue: delete, change of visibility */
  readonly source: number
  /** milliseconds that any call takes */
  readonly latency: number
}

/**
 * `refused`, `throttled` and `denied` are thrown before anything is accepted, `cut` after all is; `entries` fail within
 * an accepted call, for now or for good; `silent` entries are missing in the answer; `slow` takes seconds; `never` does
 * not answer.
 */
export type SendFault = 'refused' | 'throttled' | 'denied' | 'cut' | 'entries' | 'silent' | 'slow' | 'never'

const kinds: readonly SendFault[] = ['refused', 'throttled', 'denied', 'cut', 'entries', 'silent', 'slow', 'never']

const weighted = <T>(...pairs: readonly (readonly [weight: number, value: T])[]): fc.Arbitrary<T> =>
  fc.oneof(...pairs.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })))

const message: fc.Arbitrary<MessageSpec> = fc.record({
  group: fc.nat(2),
  path: fc.nat(3),
  pad: weighted([8, 0], [2, 100], [1, 600]),
  bad: weighted<MessageSpec['bad']>([12, 'no'], [1, 'json'], [1, 'path']),
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
  })
  return fc.record({
    functions: fc.array(run, { minLength: least, maxLength: 2 }),
    next: goals(path, paths, targets),
    queues: fc.array(fc.nat(targets - 1), { minLength: 1 - least, maxLength: 1 }),
  })
}

const pathOf = (path: number, paths: number, targets: number): fc.Arbitrary<PathSpec> =>
  fc
    .tuple(actionOf(path, paths, targets, 1), fc.array(actionOf(path, paths, targets, 0), { maxLength: 1 }))
    .map(([first, rest]) => ({ actions: [first, ...rest] }))

const target: fc.Arbitrary<TargetSpec> = fc.record({
  kind: weighted<TargetSpec['kind']>([2, 'standard'], [4, 'fifo'], [2, 'kinesis']),
  strictOrder: fc.boolean(),
  hasPath: fc.boolean(),
  byName: fc.boolean(),
  computed: fc.boolean(),
  ownLimit: weighted<number | null>([5, null], [1, 900]),
})

const options: fc.Arbitrary<OptionsSpec> = fc.record({
  concurrency: weighted<number | null>([3, 1], [2, 2], [2, 3], [1, null]),
  goOn: weighted([3, false], [1, true]),
  reserveMillis: weighted<number | null>([2, null], [1, 100], [1, 400]),
  retryUnhandled: fc.boolean(),
  deadLetter: weighted<OptionsSpec['deadLetter']>([2, 'none'], [1, 'standard'], [1, 'fifo']),
  partialFailures: weighted<OptionsSpec['partialFailures']>([3, 'report'], [1, 'delete']),
  retryDelay: weighted<OptionsSpec['retryDelay']>([2, 'none'], [1, 'number'], [1, 'function']),
  maxCalls: fc.integer({ min: 1, max: 4 }),
  retryMillis: weighted([1, 1], [1, 100]),
  maxEntries: weighted([3, 10], [1, 3], [1, 1]),
  maxBytes: weighted([3, 1024 * 1024], [1, 2500], [1, 900]),
})

const faults: fc.Arbitrary<FaultsSpec> = fc.record({
  send: weighted([2, 0], [2, 10], [3, 30], [1, 60]),
  kinds: fc.subarray([...kinds], { minLength: 1 }),
  again: weighted([2, 0], [1, 10], [1, 30]),
  source: weighted([2, 0], [1, 20]),
  latency: weighted([1, 0], [3, 5], [1, 60]),
})

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
    }),
  )
