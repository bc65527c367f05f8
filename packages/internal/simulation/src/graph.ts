import { action, type Call, FailButContinue, FailCatastrophically, payload, type Queue } from 'lpipe-preset'
import type { FunctionSpec, Goal, Scenario } from './scenario.ts'
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

/** Something that is sent. */
export interface SentEntry {
  /** The index of its target. */
  readonly target: number
  readonly text: string
}

/** What a run must lead to, derived from the results of its functions alone. */
export interface ExpectedRun {
  readonly end: 'ok' | 'drop' | 'fail' | 'unfinished'
  readonly sent: readonly SentEntry[]
  /** When its last function ended. */
  readonly at: number
}

const labelOf = (path: number, step: number, position: number): string => `p${path}a${step}f${position}`

/** What a function returns at a try of a message. */
const outputsOf = (
  { anonymous, targets, source }: Scenario,
  { returns, varies }: FunctionSpec,
  label: string,
  run: MessageRun,
  kwargs: Kwargs,
): readonly Output[] => {
  const visit = addTo(run.visits, label, 1)
  const isVaried = run.attempt % 2 === 1
  const content = varies === 'content' && isVaried ? `#${run.attempt}` : ''
  const outputs = returns.map((goal, position): Output => {
    const own = { ...kwargs, trace: `${label}.${visit}.${position}${content}` }
    // A RAW event carries no trace header, by which the model would know the message.
    const isAnonymous =
      anonymous && source !== 'raw' && goal.kind === 'target' && targetSpecOf(targets, goal.index).kind !== 'kinesis'
    return { goal, kwargs: isAnonymous ? withoutNumber(own) : own }
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

/** The queues of an action: a deploy has reversed them. */
const queuesOf = (queues: readonly number[], isDeployed: boolean): readonly number[] =>
  isDeployed ? queues.toReversed() : queues

/** Follows the graph as the design says, without the engine. */
export const expectedRun = ({ scenario }: World, run: MessageRun): ExpectedRun => {
  const { source, results, isDeployed } = run
  if (source.path === undefined) return { end: 'drop', sent: [], at: 0 }
  const sent: SentEntry[] = []
  let calls = 0

  const send = (target: number, kwargs: Kwargs): ExpectedRun['end'] => {
    if (source.isUndeliverable) {
      const isKept = scenario.options.deadLetter !== 'none' && source.group !== undefined
      return isKept ? 'drop' : 'fail'
    }
    sent.push({ target, text: JSON.stringify(kwargs) })
    return 'ok'
  }
  const follow = ({ kind, index }: Goal, kwargs: Kwargs): ExpectedRun['end'] =>
    kind === 'path' ? enter(index, kwargs) : send(index, kwargs)

  const finishCall = (): ExpectedRun['end'] => {
    const result = results[calls]
    if (result === undefined) return 'unfinished'
    calls += 1
    return result.end === 'ok' ? all(result.outputs, ({ goal, kwargs }) => follow(goal, kwargs)) : result.end
  }
  const enter = (path: number, kwargs: Kwargs): ExpectedRun['end'] =>
    all(scenario.paths[path]?.actions ?? [], ({ functions, next, queues }) => {
      const end = all(functions, finishCall)
      if (end !== 'ok') return end
      const followed = all(next, (goal) => follow(goal, kwargs))
      return followed === 'ok' ? all(queuesOf(queues, isDeployed), (target) => send(target, kwargs)) : followed
    })

  const end = scenario.handler === 'own' ? finishCall() : enter(source.path, source.kwargs)
  return { end, sent, at: results[calls - 1]?.at ?? 0 }
}

/** Does all steps, up to the first that does not end well. */
const all = <T>(steps: readonly T[], run: (step: T) => ExpectedRun['end']): ExpectedRun['end'] => {
  for (const step of steps) {
    const end = run(step)
    if (end !== 'ok') return end
  }
  return 'ok'
}

/** Makes the paths of a run, whose functions record when they run, and fail as the scenario says. */
export const createPaths = (
  world: World,
  targets: readonly Queue[],
  isDeployed: boolean,
  calls: Map<string, number>,
) => {
  const { scenario, clock } = world

  const functionOf = (spec: FunctionSpec, label: string) => {
    const { fate, every, millis, blocks } = spec

    const failureOf = (source: SourceMessage, call: number): unknown => {
      if (fate === 'flaky' && call % every === 0) {
        return new FailCatastrophically('flaky', call % 2 === 0 ? { retryAfterSeconds: call % 5 } : {})
      }
      if (fate === 'poison' && source.number % every === 0) return new FailCatastrophically('poison')
      if (fate === 'drop' && source.number % every === 0) return new FailButContinue('dropped')
      // What drops a message drops it at every try: otherwise a later try would send what no other message waited for.
      const turn = scenario.options.retryUnhandled ? call : source.number
      if (fate === 'unknown' && turn % every === 0) return turn % 2 === 0 ? new Error('unknown') : 'a string was thrown'
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
      if (error !== undefined) throw error
      return outputs.map(({ goal, kwargs }) =>
        goal.kind === 'path'
          ? payload({ path: `P${goal.index}`, kwargs })
          : payload({ queue: targets[goal.index] as Queue, kwargs }),
      )
    }

    return (kwargs: Kwargs, { context, signal }: Call): unknown => {
      const run = begin(world, context, kwargs)
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
  }

  return Object.fromEntries(
    scenario.paths.map(({ actions }, path) => [
      `P${path}`,
      actions.map(({ functions, next, queues }, step) =>
        action({
          functions: functions.map((spec, position) => functionOf(spec, labelOf(path, step, position))),
          paths: next.map(({ kind, index }) => (kind === 'path' ? `P${index}` : (targets[index] as Queue))),
          queues: queuesOf(queues, isDeployed).map((target) => targets[target] as Queue),
          includeAllParams: true,
        }),
      ),
    ]),
  )
}

/** Checks whether a function may begin. */
const begin = (world: World, context: Call['context'], { number }: Kwargs): MessageRun => {
  const { clock, scenario } = world
  const invocation = current.getStore()
  const source = world.sources[number ?? -1]
  if (invocation === undefined || source === undefined || invocation.context !== context) {
    throw new Error('a function runs outside its invocation')
  }
  const run = runOf(world, invocation, source)
  if (clock.now() >= invocation.cut) violate(world, 'time', `message ${number}: a function began in the reserve`)
  run.running += 1
  const running = [...invocation.runs.values()].filter((one) => one.running > 0)
  const limit = scenario.options.concurrency ?? Number.POSITIVE_INFINITY
  if (running.length > limit) violate(world, 'concurrency', `${running.length} messages ran at once, and ${limit} may`)
  if (source.group !== undefined) {
    for (const { source: other } of running) {
      if (other !== source && other.group === source.group) {
        violate(world, 'order', `messages ${other.number} and ${number} of one group ran at once`)
      }
    }
    const isFirst = run.results.length === (scenario.handler === 'own' ? 1 : 0)
    if (isFirst && !keepsNoOrder(world)) checkPredecessors(world, source)
  }
  return run
}

/** With `onStreamFailure: 'continue'` the order of a stream is given up. A handler of the user's does not know the option. */
export const keepsNoOrder = ({ scenario }: World): boolean =>
  scenario.source === 'kinesis' && scenario.options.continuesAfterFailure

/** All messages before it in its group have left the source, or succeeded in this invocation. */
const checkPredecessors = (world: World, source: SourceMessage): void => {
  const invocation = current.getStore()
  for (const other of world.sources.slice(0, source.number)) {
    if (other.group !== source.group) continue
    if (invocation?.sources.includes(other)) {
      const { end } = expectedRun(world, runOf(world, invocation, other))
      if (end !== 'ok' && end !== 'drop') {
        violate(world, 'order', `message ${source.number} ran although ${other.number} before it is ${end}`)
      }
    } else if (other.ends.length === 0) {
      violate(world, 'order', `message ${source.number} ran before ${other.number} was done`)
    }
  }
}
