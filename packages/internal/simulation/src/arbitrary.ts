import fc from 'fast-check'
import type {
  ActionSpec,
  AroundSpec,
  BodySpec,
  Destination,
  FaultsSpec,
  FunctionSpec,
  HeadersSpec,
  MessageSpec,
  OptionsSpec,
  PathSpec,
  Scenario,
  SendFault,
  TargetSpec,
} from './scenario.ts'

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
  pad: weighted([400, 0], [100, 100], [50, 600], [24, 5000], [1, 1_044_000]),
  body: weighted<BodySpec>(
    [96, 'plain'],
    [4, 'byteOrderMark'],
    [4, 'prototype'],
    [4, 'lowerCase'],
    [4, 'foreignCase'],
    [1, 'deep'],
    [4, 'notJson'],
    [4, 'noPath'],
    [4, 'noKwargs'],
    [4, 'array'],
    [4, 'hugeNumber'],
  ),
  headers: weighted<HeadersSpec>([20, 'none'], [1, 'forged'], [2, 'broken']),
  isPoison: weighted([15, false], [1, true]),
})

const destinations = (path: number, paths: number, targets: number): fc.Arbitrary<readonly Destination[]> => {
  const target = fc.record({ kind: fc.constant('target' as const), index: fc.nat(targets - 1) })
  if (path + 1 >= paths) return fc.array(target, { maxLength: 2 })
  const later = fc.record({ kind: fc.constant('path' as const), index: fc.integer({ min: path + 1, max: paths - 1 }) })
  return fc.array(fc.oneof({ weight: 3, arbitrary: target }, { weight: 1, arbitrary: later }), { maxLength: 2 })
}

const actionOf = (path: number, paths: number, targets: number, least: number): fc.Arbitrary<ActionSpec> => {
  const run: fc.Arbitrary<FunctionSpec> = fc.record({
    returns: destinations(path, paths, targets),
    millis: weighted([6, 0], [4, 3], [3, 20], [2, 200], [1, 100_000]),
    blocks: weighted([4, 0], [1, 15], [1, 60]),
    fate: weighted<FunctionSpec['fate']>(
      [18, 'ok'],
      [6, 'flaky'],
      [2, 'poison'],
      [2, 'drop'],
      [2, 'unknown'],
      [1, 'outage'],
    ),
    every: fc.integer({ min: 2, max: 7 }),
    varies: weighted<FunctionSpec['varies']>([16, 'no'], [2, 'order'], [1, 'content'], [1, 'count']),
  })
  return fc.record({
    functions: fc.array(run, { minLength: least, maxLength: 2 }),
    next: destinations(path, paths, targets),
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
  ownLimit: weighted<number | null>([10, null], [1, 900], [1, 2500]),
  down: weighted<TargetSpec['down']>([18, 'no'], [3, 'outage'], [1, 'throttled'], [1, 'missing']),
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
    maxPendingBytes: weighted([3, 16 * 1024 * 1024], [1, 500]),
  }),
  logger: weighted<OptionsSpec['logger']>([4, 'silent'], [2, 'default'], [1, 'throws'], [1, 'rejects']),
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

/** Whether a middleware answers without lpipe, of which no hook is called: that is what its user wants, or out of reach. */
const answersItself = (hooks: readonly AroundSpec[]): boolean => {
  const has = (...[place, hook, does]: [AroundSpec['place'], AroundSpec['hook'], AroundSpec['does']]): boolean =>
    hooks.some((one) => one.place === place && one.hook === hook && one.does === does)
  return has('outer', 'before', 'returns') || (has('outer', 'before', 'throws') && has('inner', 'onError', 'returns'))
}

const around: fc.Arbitrary<readonly AroundSpec[]> = fc
  .array(
    fc.record<AroundSpec>({
      place: fc.constantFrom('outer', 'inner'),
      hook: fc.constantFrom('before', 'after', 'onError'),
      does: fc.constantFrom('returns', 'throws', 'sets', 'empties', 'setsError'),
    }),
    { minLength: 1, maxLength: 2 },
  )
  .filter((hooks) => !answersItself(hooks))

const anyScenario: fc.Arbitrary<Scenario> = fc
  .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }))
  .chain(([paths, targets]) =>
    fc.record({
      seed: fc.nat(),
      source: weighted<Scenario['source']>(
        [4, 'standard'],
        [8, 'fifo'],
        [4, 'kinesis'],
        [2, 'dynamodb'],
        [3, 'kafka'],
        [2, 'raw'],
      ),
      messages: fc.array(message, { minLength: 1, maxLength: 16 }),
      perRecord: weighted([5, 1], [1, 2], [1, 3]),
      batchSize: weighted([4, 1], [8, 4], [12, 10], [1, 16]),
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
      wrapper: weighted<Scenario['wrapper']>(
        [12, 'none'],
        [1, 'waits'],
        [1, 'throws'],
        [1, 'throwsAfter'],
        [1, 'prepares'],
      ),
      entries: weighted<Scenario['entries']>([6, 'all'], [1, 'first']),
      foreignEvent: weighted<Scenario['foreignEvent']>([9, 'none'], [1, 'service'], [1, 'mixed'], [1, 'window']),
      outage: fc.option(
        fc.record({
          from: weighted([2, 0], [1, 500], [1, 5000]),
          millis: weighted([1, 2000], [1, 20_000], [1, 120_000]),
        }),
      ),
      breaker: fc.option(
        fc.record({ failures: weighted([1, 1], [2, 2], [1, 5]), pauseSeconds: weighted([1, 1], [1, 5], [1, 30]) }),
      ),
    }),
  )

/** A run in which all sends succeed and little may wait: only then can be said how much may wait. */
const undisturbed = (scenario: Scenario): Scenario => ({
  ...scenario,
  messages: scenario.messages.map((one) => ({ ...one, isPoison: false })),
  batchSize: 10,
  targets: scenario.targets.map((one) => ({ ...one, down: 'no', ownLimit: null })),
  options: {
    ...scenario.options,
    concurrency: 1,
    sender: 'plain',
    delivery: { ...scenario.options.delivery, maxPendingBytes: 500 },
  },
  faults: { ...scenario.faults, send: 0, latency: 60 },
})

/** A run of quick functions whose calls are refused because of one entry, again and again: calls are split, and halves fail. */
const refusing = (scenario: Scenario): Scenario => ({
  ...scenario,
  messages: scenario.messages.map((one, index) => ({
    ...one,
    path: 0,
    body: 'plain',
    headers: 'none',
    pad: (scenario.seed + index) % 7 === 0 ? 5000 : 0,
    isPoison: (scenario.seed + index) % 5 === 0,
  })),
  perRecord: 1,
  batchSize: 10,
  paths: scenario.paths.map(({ actions }, path) => ({
    actions: actions.map((one, step) => ({
      ...one,
      functions: one.functions.map((run) => ({ ...run, millis: 0, blocks: 0, fate: 'ok', varies: 'no' })),
      queues: path + step === 0 ? [0, ...one.queues] : one.queues,
    })),
  })),
  targets: scenario.targets.map((one) => ({
    ...one,
    relation: 'own',
    strictOrder: false,
    byName: false,
    ownLimit: one.kind === 'standard' ? 2500 : null,
    down: 'no',
  })),
  options: {
    ...scenario.options,
    maxEntries: 10,
    maxBytes: 1024 * 1024,
    delivery: { ...scenario.options.delivery, maxAttempts: 5, maxPendingBytes: 16 * 1024 * 1024 },
    sender: 'plain',
  },
  faults: { ...scenario.faults, send: 30, kinds: ['refused', 'throttled', 'invalid'] },
  handler: 'graph',
  around: [],
  wrapper: 'none',
  entries: 'all',
})

/** Any run. */
export const scenarios: fc.Arbitrary<Scenario> = fc
  .tuple(anyScenario, weighted<(scenario: Scenario) => Scenario>([10, (one) => one], [1, undisturbed], [1, refusing]))
  .map(([scenario, change]) => change(scenario))
