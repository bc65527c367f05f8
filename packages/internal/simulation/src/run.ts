import middy from '@middy/core'
import { type LpipeOptions, lpipe, queue, queueKinesis, queueSqs } from 'lpipe-preset'
import { inVirtualTime } from './clock.ts'
import { type Kwargs, pathsOf } from './graph.ts'
import { makeInvoke } from './invoke.ts'
import { current, emptyTally, type Source, type Tally, type World } from './ledger.ts'
import { makeQueue, runRaw, runStream } from './mappings.ts'
import { randomOf } from './random.ts'
import type { MessageSpec, Scenario } from './scenario.ts'
import { makeServices, type Place } from './services.ts'
import { checkEnd } from './verdicts.ts'

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/**
 * Runs one scenario from its first delivery until no message is left on its source.
 *
 * @returns what happened
 * @throws Violation if an invariant does not hold
 */
export const runScenario = async (
  scenario: Scenario,
  trace: (line: string) => void = () => undefined,
): Promise<Tally> => {
  const random = randomOf(scenario.seed)
  return inVirtualTime(
    random,
    () => current.getStore(),
    async (clock) => {
      const world: World = {
        scenario,
        clock,
        random,
        sources: scenario.messages.map((spec, number) => sourceOf(scenario, spec, number)),
        arrivals: [],
        invocations: [],
        tally: emptyTally(),
        unordered: new Set(),
        trace: (line) => trace(`${clock.now()} ms, invocation ${current.getStore()?.number ?? 'none'}: ${line}`),
        violation: undefined,
      }
      const places = placesOf(scenario)
      const isQueue = scenario.source === 'standard' || scenario.source === 'fifo'
      const mapping = isQueue ? makeQueue(world, places) : undefined
      const services = makeServices(world, places, mapping?.inbox)
      const invoke = makeInvoke(world, middy().use(lpipe(await optionsOf(world, places, services))) as never)

      if (mapping !== undefined) await mapping.run(invoke)
      else await (scenario.source === 'kinesis' ? runStream : runRaw)(world, places, invoke)
      await clock.sleep(1_000_000) // what was cut off ends
      checkEnd(world, places)
      if (world.violation !== undefined) throw world.violation
      return world.tally
    },
  )
}

const sourceOf = ({ source, paths }: Scenario, { group, path, pad, bad }: MessageSpec, number: number): Source => {
  const kwargs: Kwargs = { number, group, trace: 'start', pad: 'x'.repeat(pad) }
  return {
    number,
    lane: source === 'fifo' ? `group${group}` : source === 'kinesis' ? String(group % 2) : undefined,
    id: source === 'kinesis' ? `4954511524349098501828006771497314458${1000 + number}` : `message-${number}`,
    body: bad === 'json' ? `{ no json ${number}` : kwargs,
    path: bad === 'no' ? path % paths.length : undefined,
    pad: '',
    ends: [],
    settled: new Set(),
  }
}

const placesOf = ({ targets, options: { deadLetter } }: Scenario): Place[] => [
  ...targets.map((target, index) => ({
    name: `target${index}${target.kind === 'fifo' ? '.fifo' : ''}`,
    kind: target.kind,
    strictOrder: target.strictOrder,
    computed: target.computed,
    ownLimit: target.ownLimit,
    byName: target.byName && target.kind !== 'kinesis',
    path: target.hasPath ? 'NEXT' : undefined,
    seen: new Map(),
  })),
  {
    name: `dead-letters${deadLetter === 'fifo' ? '.fifo' : ''}`,
    kind: deadLetter === 'fifo' ? 'fifo' : 'standard',
    strictOrder: false,
    computed: false,
    ownLimit: null,
    byName: true,
    path: undefined,
    seen: new Map(),
  },
]

const optionsOf = async (
  world: World,
  places: readonly Place[],
  services: ReturnType<typeof makeServices>,
): Promise<LpipeOptions> => {
  const { options, targets, source } = world.scenario
  const limits = { maxEntries: options.maxEntries, maxBytes: options.maxBytes }
  const sqs = queueSqs({ client: services.sqs as never, ...limits })
  const kinesis = queueKinesis({ client: services.kinesis as never, ...limits })
  // The SDK is imported now: that takes time which is not the clock's.
  await sqs.postpone(new Map())
  await kinesis.send(queue({ type: 'kinesis', name: 'none' }), [], { signal: new AbortController().signal })

  const ofGroup = ({ kwargs }: { readonly kwargs: Kwargs }) => `key${kwargs.group}`
  const queues = targets.map((target, index) => {
    const { name } = places[index] as Place
    const path = target.hasPath ? { path: 'NEXT' } : {}
    if (target.kind === 'kinesis') {
      return queue({ type: 'kinesis', name, ...path, ...(target.computed && { partitionKey: ofGroup }) })
    }
    return queue({
      type: 'sqs',
      ...(target.byName ? { name } : { url: `https://sqs.model/0/${name}` }),
      ...path,
      strictOrder: target.strictOrder,
      ...(target.kind === 'fifo' && target.computed && { groupId: ofGroup }),
    })
  })
  const deadLetter = queue({ type: 'sqs', name: (places.at(-1) as Place).name })
  const isQueue = source === 'standard' || source === 'fifo'
  const retryDelaySeconds =
    options.retryDelay === 'number' ? 3 : (attempt: number) => (attempt > 2 ? undefined : attempt)
  return {
    paths: pathsOf(world, queues),
    senders: { sqs, kinesis },
    sqs,
    logger: quiet,
    concurrency: options.concurrency ?? Number.POSITIVE_INFINITY,
    onStreamFailure: options.goOn ? 'continue' : 'stop',
    unhandled: options.retryUnhandled ? 'retry' : 'drop',
    maxCalls: options.maxCalls,
    retryMillis: options.retryMillis,
    ...(options.reserveMillis !== null && { reserveMillis: options.reserveMillis }),
    ...(options.deadLetter !== 'none' && { deadLetter }),
    ...(isQueue && { partialFailures: options.partialFailures }),
    ...(options.retryDelay !== 'none' && isQueue && { retryDelaySeconds }),
    ...(source === 'raw' && { source: 'raw' as const }),
  } as LpipeOptions
}
