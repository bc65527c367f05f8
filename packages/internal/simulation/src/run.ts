import { type Logger, type LpipeOptions, type Queue, queue } from 'lpipe-preset'
import { createClients } from './clients.ts'
import { inVirtualTime } from './clock.ts'
import { createPaths } from './graph.ts'
import { createHandler } from './handlers.ts'
import { checkEnd } from './invariants.ts'
import { createInvoke } from './invoke.ts'
import { createQueue, runRaw, runStreams } from './mappings.ts'
import { randomOf } from './random.ts'
import type { OptionsSpec, Scenario } from './scenario.ts'
import { createSenders, type Senders } from './senders.ts'
import { createDeadLetters, createSources, createTargets, isNamed } from './sources.ts'
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
  return inVirtualTime(
    random,
    () => current.getStore(),
    async (clock) => {
      const world: World = {
        scenario,
        clock,
        random,
        sources: createSources(scenario),
        targets: createTargets(scenario),
        deadLetters: createDeadLetters(scenario),
        arrivals: [],
        invocations: [],
        stats: emptyStats(),
        unordered: new Set(),
        trace: (line) => trace(`${clock.now()} ms, invocation ${current.getStore()?.number ?? 'none'}: ${line}`),
        violation: undefined,
      }
      const onUnhandled = (): void => violate(world, 'crash', 'a promise that rejected had no handler')
      process.on('unhandledRejection', onUnhandled)
      try {
        await runWorld(world)
      } finally {
        process.off('unhandledRejection', onUnhandled)
      }
      if (world.violation !== undefined) throw world.violation
      return world.stats
    },
  )
}

const runWorld = async (world: World): Promise<void> => {
  const { scenario, clock } = world
  const isQueue = scenario.source === 'standard' || scenario.source === 'fifo'
  const mapping = isQueue ? createQueue(world) : undefined
  const senders = await createSenders(world, createClients(world, mapping?.receipts))
  const calls = new Map<string, number>()
  const [handler, deployed] = [false, true].map((isDeployed) =>
    createHandler(world, optionsOf(world, senders, calls, isDeployed)),
  )
  const invoke = createInvoke(world, ({ isDeployed }) => (isDeployed ? deployed : handler) as never)
  if (mapping !== undefined) await mapping.run(invoke)
  else await (scenario.source === 'kinesis' ? runStreams : runRaw)(world, invoke)
  await clock.sleep(1_000_000) // what was cut off ends
  checkEnd(world)
}

/** Makes the queues of the graph. */
const queuesOf = ({ scenario, targets }: World, { sqs, kinesis }: Senders): readonly Queue[] => {
  const ofGroup = ({ kwargs }: { readonly kwargs: Kwargs }) => `key${kwargs.group}`
  return targets.map((target, index) => {
    const { kind, name, key, path, strictOrder, computed } = target
    const base = { ...(path !== undefined && { path }), ...(kind !== 'standard' && { strictOrder }) }
    if (kind === 'kinesis') {
      const partitionKey = computed ? { partitionKey: ofGroup } : {}
      return queue({ type: 'kinesis', name, ...base, ...partitionKey, sender: () => kinesis })
    }
    return queue({
      type: 'sqs',
      ...(isNamed(scenario.targets, index, target) ? { name } : { url: key }),
      ...base,
      ...(kind === 'fifo' && computed && { groupId: ofGroup }),
      sender: () => sqs as never,
    })
  })
}

const optionsOf = (world: World, senders: Senders, calls: Map<string, number>, isDeployed: boolean): LpipeOptions => {
  const { options, source, timeout } = world.scenario
  const deadLetter = queue({ type: 'sqs', name: world.deadLetters.name, sender: () => senders.deadLetters as never })
  const isQueue = source === 'standard' || source === 'fifo'
  const retryDelaySeconds =
    options.retryDelay === 'number' ? 3 : (receiveCount: number) => (receiveCount > 2 ? undefined : receiveCount)
  return {
    paths: createPaths(world, queuesOf(world, senders), isDeployed, calls),
    sqs: senders.sqs,
    logger: loggerOf(world),
    ...(options.capture !== 'none' && { capture: captureOf(timeout === null ? 'rejects' : options.capture) }),
    concurrency: options.concurrency ?? Number.POSITIVE_INFINITY,
    onStreamFailure: options.continuesAfterFailure ? 'continue' : 'stop',
    unhandled: options.retryUnhandled ? 'retry' : 'drop',
    delivery: options.delivery,
    ...(options.reserveMillis !== null && { reserveMillis: options.reserveMillis }),
    ...(options.deadLetter !== 'none' && { deadLetter }),
    ...(isQueue && { partialFailures: options.partialFailures }),
    ...(options.retryDelay !== 'none' && isQueue && { retryDelaySeconds }),
    source: isQueue ? 'sqs' : source,
  } as LpipeOptions
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

const captureOf = (kind: OptionsSpec['capture']) => (): unknown => {
  if (kind === 'throws') throw new Error('an odd capture')
  return kind === 'hangs' ? new Promise(() => undefined) : Promise.reject(new Error('an odd capture'))
}
