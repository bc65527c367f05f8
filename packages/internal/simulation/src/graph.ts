import {
  action,
  type Call,
  FailButContinue,
  FailCatastrophically,
  fn,
  payload,
  type Queue,
  type StandardSchema,
} from 'lpipe-preset'
import { type Breakers, isDown } from './breakers.ts'
import { burstOf } from './burst.ts'
import { checkBegin } from './checks/begin.ts'
import { withCost } from './checks/cost.ts'
import { checkBacklog } from './checks/waiting.ts'
import { queuesOf } from './expected-run.ts'
import { secret } from './marks.ts'
import { pathName } from './paths.ts'
import type { FunctionSpec, Scenario } from './scenario.ts'
import {
  addTo,
  current,
  type FunctionResult,
  type Kwargs,
  type MessageRun,
  type Output,
  runOf,
  type SourceMessage,
  violate,
  type World,
} from './world.ts'

const labelOf = (path: number, step: number, position: number): string => `p${path}a${step}f${position}`

/** What a function returns at a try of a message. */
const outputsOf = (
  { anonymous, targets, source, perRecord }: Scenario,
  { returns, varies }: FunctionSpec,
  label: string,
  run: MessageRun,
  kwargs: Kwargs,
): readonly Output[] => {
  const visit = addTo(run.visits, label, 1)
  const isVaried = run.attempt % 2 === 1
  const content = varies === 'content' && isVaried ? `#${run.attempt}` : ''
  const outputs = returns.map((destination, position): Output => {
    const own = { ...kwargs, trace: `${label}.${visit}.${position}${content}` }
    // Without its number the model knows a message by its trace header, which SQS carries for each record.
    const isKnown = perRecord === 1 && ['standard', 'fifo', 'kinesis'].includes(source)
    const isAnonymous =
      anonymous &&
      isKnown &&
      destination.kind === 'target' &&
      targetSpecOf(targets, destination.index).kind !== 'kinesis'
    return { destination, kwargs: isAnonymous ? withoutNumber(own) : own }
  })
  if (!isVaried) return outputs
  if (varies === 'order') return outputs.toReversed()
  return varies === 'count' ? outputs.slice(0, -1) : outputs
}

const withoutNumber = ({ number, ...kwargs }: Kwargs): Kwargs => kwargs

/** Returns what a target is like: an alias is the first one. */
const targetSpecOf = (targets: Scenario['targets'], index: number): Scenario['targets'][number] => {
  const spec = targets[index] as Scenario['targets'][number]
  return spec.relation === 'alias' ? (targets[0] as Scenario['targets'][number]) : spec
}

/** Makes the paths of a run, whose functions record when they run, and fail as the scenario says. */
export const createPaths = (
  world: World,
  targets: readonly Queue[],
  isDeployed: boolean,
  calls: Map<string, number>,
  breakers: Breakers,
) => {
  const { scenario, clock, signatures } = world

  const functionOf = (spec: FunctionSpec, path: number, label: string) => {
    const { fate, every, millis, blocks } = spec

    const failureOf = (source: SourceMessage, call: number): unknown => {
      if (fate === 'flaky' && call % every === 0) {
        return new FailCatastrophically('flaky', call % 2 === 0 ? { retryAfterSeconds: call % 5 } : {})
      }
      if (fate === 'outage' && isDown(world)) {
        world.stats.callsWhileDown += 1
        return new FailCatastrophically('down')
      }
      if (fate === 'poison' && source.number % every === 0) return new FailCatastrophically('poison')
      if (fate === 'drop' && source.number % every === 0) return new FailButContinue('dropped')
      // What drops a message drops it at every try: otherwise a later try would send what no other message waited for.
      const turn = scenario.options.retryUnhandled ? call : source.number
      if (fate === 'unknown' && turn % every === 0) return oddErrors[turn % oddErrors.length]?.()
      return undefined
    }

    const finish = (run: MessageRun, call: number, kwargs: Kwargs): unknown => {
      const { source } = run
      run.running -= 1
      const error = failureOf(source, call)
      const otherwise = scenario.options.retryUnhandled ? 'fail' : 'drop'
      const end = error === undefined ? 'ok' : fate === 'drop' ? 'drop' : fate === 'unknown' ? otherwise : 'fail'
      const outputs = end === 'ok' ? outputsOf(scenario, spec, label, run, kwargs) : []
      world.trace(`message ${source.number} ${label}: ${end}`)
      run.results.push({ end, at: clock.due(), outputs } satisfies FunctionResult)
      run.invocation.lastEndAt = clock.now()
      checkBacklog(world, run)
      if (error !== undefined) throw error
      const payloads = outputs.map(({ destination, kwargs }) =>
        destination.kind === 'path'
          ? payload({ path: pathName(destination.index), kwargs })
          : payload({ queue: targets[destination.index] as Queue, kwargs }),
      )
      return [...payloads, ...burstOf(world, run)]
    }

    const called = (kwargs: Kwargs, { context, signal, logger }: Call): unknown => {
      const run = runFor(world, context, kwargs)
      logger.info(`${label} runs`)
      checkBegin(world, run)
      const call = addTo(calls, label, 1)
      // Another invocation could not keep its time in a process that is kept busy.
      if (world.invocations.filter(({ hasEnded }) => !hasEnded).length === 1) clock.block(blocks)
      if (millis === 0) return finish(run, call, kwargs)
      return clock.sleep(millis).then(() => {
        if (current.getStore()?.hasEnded && !signal.aborted) {
          violate(world, 'time', `${label} outlived its invocation, and its signal was not aborted`)
        }
        return finish(run, call, kwargs)
      })
    }
    const run =
      fate === 'outage'
        ? breakers.protectFunction(label, called, (kwargs: Kwargs, { context }: Call) => runFor(world, context, kwargs))
        : called
    return signatures === undefined
      ? run
      : fn(withCost(world, signatures.schemaOf(path)) as StandardSchema<Kwargs>, run)
  }

  return Object.fromEntries(
    scenario.paths.map(({ actions }, path) => [
      pathName(path),
      actions.map(({ functions, next, queues }, step) =>
        action({
          functions: functions.map((spec, position) => functionOf(spec, path, labelOf(path, step, position))),
          paths: next.map(({ kind, index }) => (kind === 'path' ? pathName(index) : (targets[index] as Queue))),
          queues: queuesOf(queues, isDeployed).map((target) => targets[target] as Queue),
          includeAllParams: true,
        }),
      ),
    ]),
  )
}

/** Returns the run of the message that a function is called for. */
const runFor = (world: World, context: Call['context'], { number }: Kwargs): MessageRun => {
  const invocation = current.getStore()
  const source = world.sources[number ?? -1]
  if (invocation === undefined || source === undefined || invocation.context !== context) {
    throw new Error('a function runs outside its invocation')
  }
  return runOf(world, invocation, source)
}

/** Unknown errors: what code throws that was not written for lpipe. No log line may quote a value or be too long. */
const oddErrors: readonly (() => unknown)[] = [
  () => new Error('unknown'),
  () => 'a string was thrown',
  () => ({ value: secret, toString: () => secret }),
  () => new Error('long'.repeat(100_000)),
]
