import { dynamodbStreams } from '@lpipe/source-dynamodb'
import { kafka } from '@lpipe/source-kafka'
import { sns } from '@lpipe/source-sns'
import { type Logger, type LpipeOptions, type Queue, queue } from 'lpipe-preset'
import { type Breakers, createBreakers } from './breakers.ts'
import { checkEnd } from './checks/end.ts'
import { checkSentBack } from './checks/sent-back.ts'
import { createClients } from './clients.ts'
import { inVirtualTime } from './clock.ts'
import { checkForeignEvent } from './foreign-event.ts'
import { createPaths } from './graph.ts'
import { createHandler } from './handlers.ts'
import { createInvoke } from './invoke.ts'
import { watchLines } from './logs.ts'
import { invocationTrace } from './marks.ts'
import { pathName } from './paths.ts'
import { randomOf } from './random.ts'
import { runRaw } from './raw-mapping.ts'
import { envelopesOf } from './record-formats.ts'
import { isQueue, isSharded, isTopic, type OptionsSpec, type Scenario } from './scenario.ts'
import { createSenders, type Senders } from './senders.ts'
import { runShards } from './shard-mapping.ts'
import { createSignatures } from './signatures.ts'
import { createRecords } from './source-records.ts'
import { createQueue } from './sqs-mapping.ts'
import { createDeadLetters, createTargets, isNamed, queueUrl } from './targets.ts'
import { current, emptyStats, type Kwargs, type Stats, violate, type World } from './world.ts'

/**
 * Runs one scenario from its first delivery until no message is left on its source.
 *
 * @param trace called with each thing that happens
 * @returns what happened
 * @throws Violation if an invariant does not hold
 */
export const runScenario = async (
  scenario: Scenario,
  trace: (line: string) => void = () => undefined,
): Promise<Stats> => {
  const random = randomOf(scenario.seed)
  const signatures = await createSignatures(scenario)
  const world = await inVirtualTime(
    random,
    () => current.getStore(),
    async (clock) => {
      const records = createRecords(scenario, signatures)
      const world: World = {
        scenario,
        signatures,
        clock,
        random,
        records,
        sources: records.flatMap(({ messages }) => messages),
        targets: createTargets(scenario),
        deadLetters: createDeadLetters(scenario),
        arrivals: [],
        letters: [],
        invocations: [],
        stats: emptyStats(),
        unordered: new Set(),
        droppedLate: new Set(),
        trace: (line) => trace(`${clock.now()} ms, invocation ${current.getStore()?.number ?? 'none'}: ${line}`),
        violation: undefined,
      }
      const onUnhandled = (): void => violate(world, 'crash', 'a promise that rejected had no handler')
      process.on('unhandledRejection', onUnhandled)
      const lines = watchLines(world)
      Object.assign(globalThis, { awslambda: { InvokeStore: invokeStore } })
      try {
        await runWorld(world)
      } finally {
        process.off('unhandledRejection', onUnhandled)
        lines.stop()
        Reflect.deleteProperty(globalThis, 'awslambda')
      }
      return world
    },
  )
  if (world.violation === undefined) await checkSentBack(world)
  if (world.violation !== undefined) throw world.violation
  return world.stats
}

const runWorld = async (world: World): Promise<void> => {
  const { scenario, clock } = world
  const { source } = scenario
  const mapping = isQueue(source) ? createQueue(world) : undefined
  const senders = await createSenders(world, createClients(world, mapping?.receipts))
  const calls = new Map<string, number>()
  const breakers = createBreakers(world)
  const [handler, deployed] = [false, true].map((isDeployed) =>
    createHandler(world, optionsOf(world, senders, calls, isDeployed, breakers)),
  )
  const invoke = createInvoke(world, ({ isDeployed }) => (isDeployed ? deployed : handler) as never)
  await checkForeignEvent(world, invoke)
  if (mapping !== undefined) await mapping.run(invoke)
  else await (isSharded(source) ? runShards : runRaw)(world, invoke)
  await clock.sleep(1_000_000) // what was cut off ends
  checkEnd(world)
}

/** Makes the queues of the graph. */
const queuesOf = (world: World, { sqs, otherAccount, kinesis }: Senders, breakers: Breakers): readonly Queue[] => {
  const { scenario, targets } = world
  const ofGroup = ({ kwargs }: { readonly kwargs: Kwargs }) => `key${kwargs.group}`
  return targets.map((target, index) => {
    const { kind, name, key, path, strictOrder, computed } = target
    const base = { ...(path !== undefined && { path }), ...(kind !== 'standard' && { strictOrder }) }
    if (kind === 'kinesis') {
      const partitionKey = computed ? { partitionKey: ofGroup } : {}
      return breakers.protectQueue(target, queue({ type: 'kinesis', name, ...base, ...partitionKey, sender: kinesis }))
    }
    const to = queue({
      type: 'sqs',
      ...(isNamed(scenario.targets, index, target) ? { name } : { url: key }),
      ...base,
      ...(kind === 'fifo' && computed && { groupId: ofGroup }),
      // Two accounts with one sender, or with a sender each.
      sender: key === queueUrl(name, 1) && scenario.targets[index]?.byName ? otherAccount : sqs,
    })
    return breakers.protectQueue(target, to)
  })
}

const optionsOf = (
  world: World,
  senders: Senders,
  calls: Map<string, number>,
  isDeployed: boolean,
  breakers: Breakers,
): LpipeOptions => {
  const { options, source, entries } = world.scenario
  const deadLetter = queue({ type: 'sqs', name: world.deadLetters.name, sender: senders.deadLetters })
  const envelopes = envelopesOf(world.scenario)
  const retryDelaySeconds =
    options.retryDelay === 'number' ? 3 : (receiveCount: number) => (receiveCount > 2 ? undefined : receiveCount)
  return {
    paths: createPaths(world, queuesOf(world, senders, breakers), isDeployed, calls, breakers),
    sqs: senders.sourceQueue,
    ...(options.logger !== 'default' && { logger: loggerOf(world) }),
    ...(envelopes && { envelopes }),
    ...(entries === 'first' && { entries: [pathName(0)] }),
    ...(options.capture !== 'none' && { capture: captureOf(world, options.capture) }),
    concurrency: options.concurrency ?? Number.POSITIVE_INFINITY,
    onStreamFailure: options.continuesAfterFailure ? 'continue' : 'stop',
    unhandled: options.retryUnhandled ? 'retry' : 'drop',
    delivery: options.delivery,
    ...(options.reserveMillis !== null && { reserveMillis: options.reserveMillis }),
    ...(options.deadLetter !== 'none' && { deadLetter }),
    ...(isQueue(source) && { partialFailures: options.partialFailures }),
    ...(options.retryDelay !== 'none' && isQueue(source) && { retryDelaySeconds }),
    source: sourceOf(world.scenario),
  } as LpipeOptions
}

/** Where Lambda's runtime keeps the trace header, because one process runs several invocations at once. */
const invokeStore = {
  getXRayTraceId: (): string | undefined => {
    const invocation = current.getStore()
    return invocation && invocationTrace(invocation.number)
  },
}

/** Traces what is logged. */
const loggerOf = (world: World): Logger => {
  const { logger } = world.scenario.options
  const log = (text: string): undefined => {
    world.trace(`log: ${text}`)
    if (logger === 'throws') throw new Error('an odd logger')
    if (logger === 'rejects') return Promise.reject(new Error('an odd logger')) as never
    return undefined
  }
  return { debug: log, info: log, warn: log, error: log }
}

/** The `capture` callback: at most ten calls may be waited for at the same time. */
const captureOf = (world: World, kind: OptionsSpec['capture']) => async (): Promise<void> => {
  const invocation = current.getStore()
  if (invocation === undefined) throw new Error('an error was captured outside of an invocation')
  invocation.captures += 1
  if (invocation.captures > 10) violate(world, 'limits', `${invocation.captures} errors are captured at once`)
  if (kind === 'hangs') await new Promise(() => undefined)
  await world.clock.sleep(1)
  invocation.captures -= 1
  invocation.lastEndAt = world.clock.now()
  throw new Error('an odd capture')
}

/** The option `source` of lpipe. */
const sourceOf = (scenario: Scenario): LpipeOptions['source'] => {
  const { source, foreignEvent } = scenario
  if (source === 'dynamodb') return dynamodbStreams()
  if (source === 'kafka') return kafka()
  if (isTopic(scenario)) return sns()
  // The events themselves say where they come from.
  if (foreignEvent !== 'none') return undefined
  return isQueue(source) ? 'sqs' : (source as 'kinesis' | 'raw')
}
