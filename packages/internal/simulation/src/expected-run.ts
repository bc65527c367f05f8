import type { Destination } from './scenario.ts'
import {
  addTo,
  type Invocation,
  type Kwargs,
  type MessageRun,
  runOf,
  type SourceRecord,
  type Target,
  type World,
} from './world.ts'

/** Something that is sent. */
export interface SentEntry {
  /** The index of its target. */
  readonly target: number
  readonly text: string
}

/** What the run of a message must lead to, derived from the results of its functions alone. */
export interface ExpectedRun {
  readonly end: 'ok' | 'drop' | 'fail' | 'unfinished'
  readonly sent: readonly SentEntry[]
  /** When its last function ended. */
  readonly at: number
}

/** The queues of an action: a deploy has reversed them. */
export const queuesOf = (queues: readonly number[], isDeployed: boolean): readonly number[] =>
  isDeployed ? queues.toReversed() : queues

/** Follows the graph as the design says, without the engine. */
export const expectedRun = ({ scenario }: World, run: MessageRun): ExpectedRun => {
  const { source, results, isDeployed } = run
  if (source.path === undefined) return { end: 'drop', sent: [], at: 0 }
  const sent: SentEntry[] = []
  let calls = 0

  const send = (target: number, kwargs: Kwargs): ExpectedRun['end'] => {
    if (source.isUndeliverable) {
      const isKept = scenario.options.deadLetter !== 'none' && source.record.group !== undefined
      return isKept ? 'drop' : 'fail'
    }
    sent.push({ target, text: textOfKwargs(kwargs) })
    return 'ok'
  }
  const follow = ({ kind, index }: Destination, kwargs: Kwargs): ExpectedRun['end'] =>
    kind === 'path' ? enter(index, kwargs) : send(index, kwargs)

  const finishCall = (): ExpectedRun['end'] => {
    const result = results[calls]
    if (result === undefined) return 'unfinished'
    calls += 1
    return result.end === 'ok'
      ? all(result.outputs, ({ destination, kwargs }) => follow(destination, kwargs))
      : result.end
  }
  const enter = (path: number, kwargs: Kwargs): ExpectedRun['end'] =>
    all(scenario.paths[path]?.actions ?? [], ({ functions, next, queues }) => {
      const end = all(functions, finishCall)
      if (end !== 'ok') return end
      const followed = all(next, (destination) => follow(destination, kwargs))
      return followed === 'ok' ? all(queuesOf(queues, isDeployed), (target) => send(target, kwargs)) : followed
    })

  const end = scenario.handler === 'own' ? finishCall() : enter(source.path, source.kwargs)
  return { end, sent, at: results[calls - 1]?.at ?? 0 }
}

const texts = new WeakMap<Kwargs, string>()

/** Returns kwargs as JSON text. It is asked for again and again, and may be long. */
const textOfKwargs = (kwargs: Kwargs): string => {
  const known = texts.get(kwargs) ?? JSON.stringify(kwargs)
  texts.set(kwargs, known)
  return known
}

/** Does all steps, up to the first that does not end well. */
const all = <T>(steps: readonly T[], run: (step: T) => ExpectedRun['end']): ExpectedRun['end'] => {
  for (const step of steps) {
    const end = run(step)
    if (end !== 'ok') return end
  }
  return 'ok'
}

/**
 * Whether an entry that can never be sent drops its message: in an ordering group the message would block those behind it, and
 * the dead-letter queue keeps it.
 */
const isDroppedLate = (world: World, { source, refused }: MessageRun): boolean =>
  world.scenario.options.deadLetter !== 'none' &&
  source.record.group !== undefined &&
  [...refused].some(([key, { ofEntry }]) => ofEntry > 0 && key !== entryKey(world.deadLetters, deadLetterText))

/** What a message must end with, by its functions and by what was refused for good. */
export const expectedEnd = (world: World, run: MessageRun): ExpectedRun => {
  const expected = expectedRun(world, run)
  return expected.end === 'ok' && isDroppedLate(world, run) ? { ...expected, end: 'drop' } : expected
}

/** How a record ends: as one, because it is reported and delivered again as one. */
export const expectedRecord = (world: World, invocation: Invocation, { messages }: SourceRecord) => {
  const runs = messages.map((source) => expectedEnd(world, runOf(world, invocation, source)))
  const ends = runs.map(({ end }) => end)
  const end = (['fail', 'unfinished', 'drop'] as const).find((one) => ends.includes(one)) ?? 'ok'
  return { end, at: Math.max(...runs.map(({ at }) => at)) }
}

/** Whether the source may take a record for done: its messages have ended well, and in time. */
export const endsWell = (world: World, invocation: Invocation, record: SourceRecord): boolean => {
  const { end, at } = expectedRecord(world, invocation, record)
  return (end === 'ok' || end === 'drop') && at <= invocation.cut
}

/** Names an entry by its target and content. */
export const entryKey = ({ key }: Target, text: string): string => `${key} ${text}`

export const countEach = (keys: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>()
  for (const key of keys) addTo(counts, key, 1)
  return counts
}

/** Returns what a run must have sent, with how often: what it may send, without what a dead letter is kept for instead. */
export const requiredEntries = (world: World, run: MessageRun): Map<string, number> => {
  const entries = expectedEntries(world, run)
  // A right or a queue that is missing brings the message back.
  const comesBack = [...run.refused.values()].some(({ ofQueue }) => ofQueue > 0)
  if (comesBack || !isDroppedLate(world, run)) return entries
  for (const [key, { ofEntry }] of run.refused) {
    if (key !== entryKey(world.deadLetters, deadLetterText)) entries.set(key, (entries.get(key) ?? 0) - ofEntry)
  }
  return entries
}

/**
 * Returns what a run may send, with how often. A dead letter holds the whole record: those of all messages of a record
 * count for its first one.
 */
export const expectedEntries = (world: World, run: MessageRun): Map<string, number> => {
  const { source, invocation } = run
  const { sent } = expectedRun(world, run)
  const keys = sent.map(({ target, text }) => entryKey(world.targets[target] as Target, text))
  const [first] = source.record.messages
  if (world.scenario.options.deadLetter === 'none' || source !== first) return countEach(keys)
  const dropped = source.record.messages.filter(
    (one) => expectedEnd(world, runOf(world, invocation, one)).end === 'drop',
  )
  return countEach([...keys, ...dropped.map(() => entryKey(world.deadLetters, deadLetterText))])
}

/** Stands for the content of a dead letter, which differs from try to try. */
export const deadLetterText = 'dead letter'
