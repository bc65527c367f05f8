import { action, type Call, FailButContinue, FailCatastrophically, payload, type Queue } from 'lpipe-preset'
import { current, plus, type Source, type Verdict, violate, type Walk, type World, walkOf } from './ledger.ts'
import type { FunctionSpec, Goal } from './scenario.ts'

/** What every message and every payload of a run holds. */
export interface Kwargs {
  /** of the source message */
  readonly number: number
  readonly group: number
  /** names the function, its visit and the place in what it returned */
  readonly trace: string
  readonly pad: string
}

/** Something that is sent. */
export interface Emission {
  readonly target: number
  readonly text: string
}

/** How a walk went, told from the verdicts of its functions alone. */
export interface Course {
  readonly end: 'ok' | 'drop' | 'fail' | 'unfinished'
  readonly emissions: readonly Emission[]
  /** when its last function ended */
  readonly at: number
}

const labelOf = (path: number, action: number, fn: number): string => `p${path}a${action}f${fn}`

/** What a function returns, made of what it was called with: at each try the same. */
const outputOf = (spec: FunctionSpec, label: string, visits: Map<string, number>, kwargs: Kwargs) => {
  const visit = plus(visits, label, 1)
  return spec.returns.map((goal: Goal, place) => ({ goal, kwargs: { ...kwargs, trace: `${label}.${visit}.${place}` } }))
}

/** Walks the graph as the design says, without the engine. */
export const courseOf = ({ scenario }: World, source: Source, verdicts: readonly Verdict[]): Course => {
  if (source.path === undefined) return { end: 'drop', emissions: [], at: 0 }
  const visits = new Map<string, number>()
  const emissions: Emission[] = []
  let calls = 0

  const send = (target: number, kwargs: Kwargs): void => {
    emissions.push({ target, text: JSON.stringify(kwargs) })
  }
  const go = ({ kind, index }: Goal, kwargs: Kwargs): Course['end'] => {
    if (kind === 'path') return enter(index, kwargs)
    send(index, kwargs)
    return 'ok'
  }
  const enter = (path: number, kwargs: Kwargs): Course['end'] => {
    for (const [step, { functions, next, queues }] of (scenario.paths[path]?.actions ?? []).entries()) {
      for (const [position, spec] of functions.entries()) {
        const verdict = verdicts[calls]
        if (verdict === undefined) return 'unfinished'
        calls += 1
        if (verdict.what !== 'ok') return verdict.what
        for (const { goal, kwargs: more } of outputOf(spec, labelOf(path, step, position), visits, kwargs)) {
          const end = go(goal, more)
          if (end !== 'ok') return end
        }
      }
      for (const goal of next) {
        const end = go(goal, kwargs)
        if (end !== 'ok') return end
      }
      for (const target of queues) send(target, kwargs)
    }
    return 'ok'
  }

  const end = enter(source.path, source.body as Kwargs)
  return { end, emissions, at: verdicts[calls - 1]?.at ?? 0 }
}

/** All that a message can ever send, whatever fails. */
export const allOf = (world: World, source: Source): readonly Emission[] =>
  courseOf(world, source, new Proxy([], { get: () => ({ what: 'ok', at: 0 }) })).emissions

/** The paths of a run, whose functions note when they run and fail as the scenario says. */
export const pathsOf = (world: World, targets: readonly Queue[]) => {
  const { scenario, clock } = world
  const calls = new Map<string, number>()

  const functionOf = (spec: FunctionSpec, label: string) => {
    const { fate, every, millis, blocks } = spec

    const failure = (source: Source, call: number): unknown => {
      if (fate === 'flaky' && call % every === 0) {
        return new FailCatastrophically('flaky', call % 2 === 0 ? { retryAfterSeconds: call % 5 } : {})
      }
      if (fate === 'poison' && source.number % every === 0) return new FailCatastrophically('poison')
      if (fate === 'drop' && source.number % every === 0) return new FailButContinue('dropped')
      // What drops a message drops it at every try: else its later tries would send what no other message waited for.
      const turn = scenario.options.retryUnhandled ? call : source.number
      if (fate === 'unknown' && turn % every === 0) return turn % 2 === 0 ? new Error('unknown') : 'no error at all'
      return undefined
    }

    const finish = (source: Source, walk: Walk, call: number, kwargs: Kwargs): unknown => {
      walk.running -= 1
      const error = failure(source, call)
      const otherwise = scenario.options.retryUnhandled ? 'fail' : 'drop'
      const what = error === undefined ? 'ok' : fate === 'drop' ? 'drop' : fate === 'unknown' ? otherwise : 'fail'
      world.trace(`message ${source.number} ${label}: ${what}`)
      walk.verdicts.push({ what, at: clock.due() })
      if (error !== undefined) throw error
      return outputOf(spec, label, walk.visits, kwargs).map(({ goal, kwargs: more }) =>
        goal.kind === 'path'
          ? payload({ path: `P${goal.index}`, kwargs: more })
          : payload({ queue: targets[goal.index] as Queue, kwargs: more }),
      )
    }

    return (kwargs: Kwargs, { context, signal }: Call): unknown => {
      const { source, walk } = begin(world, context, kwargs)
      const call = plus(calls, label, 1)
      // Nobody can keep time in a process that another invocation keeps busy.
      if (world.invocations.filter(({ answered }) => !answered).length === 1) clock.block(blocks)
      if (millis === 0) return finish(source, walk, call, kwargs)
      return clock.sleep(millis).then(() => {
        const invocation = current.getStore()
        if (invocation?.answered && !signal.aborted) {
          violate(world, 'time', `${label} outlived its invocation, and its signal did not say so`)
        }
        return finish(source, walk, call, kwargs)
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
          queues: queues.map((target) => targets[target] as Queue),
          includeAllParams: true,
        }),
      ),
    ]),
  )
}

/** A function begins: whether it may is looked at here. */
const begin = (world: World, context: Call['context'], { number }: Kwargs): { source: Source; walk: Walk } => {
  const { clock, scenario } = world
  const invocation = current.getStore()
  const source = world.sources[number]
  if (invocation === undefined || source === undefined || invocation.context !== context) {
    throw new Error('a function runs for nobody')
  }
  const walk = walkOf(invocation, source)
  if (clock.now() >= invocation.cut) {
    violate(world, 'time', `message ${number}: a function began when the time was nearly over`)
  }
  walk.running += 1
  const running = [...invocation.walks].filter(([, one]) => one.running > 0)
  const most = scenario.options.concurrency ?? Number.POSITIVE_INFINITY
  if (running.length > most) {
    violate(world, 'concurrency', `${running.length} messages ran at once, and ${most} may`)
  }
  if (source.lane !== undefined) {
    for (const [other] of running) {
      if (other !== source && other.lane === source.lane) {
        violate(world, 'order', `messages ${other.number} and ${number} of one lane ran at once`)
      }
    }
    if (walk.verdicts.length === 0 && !goesOn(world)) checkBefore(world, source)
  }
  return { source, walk }
}

/** With `onStreamFailure: 'continue'` a stream's order is given up. */
export const goesOn = ({ scenario }: World): boolean => scenario.source === 'kinesis' && scenario.options.goOn

/** All before it in its lane have left the source, or are done in this invocation. */
const checkBefore = (world: World, source: Source): void => {
  const invocation = current.getStore()
  for (const other of world.sources.slice(0, source.number)) {
    if (other.lane !== source.lane) continue
    if (invocation?.sources.includes(other)) {
      const { end } = courseOf(world, other, walkOf(invocation, other).verdicts)
      if (end !== 'ok' && end !== 'drop') {
        violate(world, 'order', `message ${source.number} ran although ${other.number} before it is ${end}`)
      }
    } else if (other.ends.length === 0) {
      violate(world, 'order', `message ${source.number} ran before ${other.number} was done`)
    }
  }
}
