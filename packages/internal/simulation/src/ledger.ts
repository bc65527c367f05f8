import { AsyncLocalStorage } from 'node:async_hooks'
import type { Context } from 'aws-lambda'
import type { Clock } from './clock.ts'
import type { Random } from './random.ts'
import type { Scenario } from './scenario.ts'

/** What must hold in every run; the README says each in full. */
export type Invariant =
  | 'one end'
  | 'arrived'
  | 'once'
  | 'nothing for a failed message'
  | 'order'
  | 'known ids'
  | 'tries'
  | 'limits'
  | 'concurrency'
  | 'time'
  | 'no failure without a cause'

export class Violation extends Error {
  readonly invariant: Invariant

  constructor(invariant: Invariant, message: string) {
    super(`[${invariant}] ${message}`)
    this.invariant = invariant
  }
}

/** One source message: its number names it everywhere. */
export interface Source {
  readonly number: number
  /** what it must keep in order with; undefined if with nothing */
  readonly lane: string | undefined
  readonly id: string
  readonly body: unknown
  /** the path and the padding that it was made with; undefined for one that no path ever sees */
  readonly path: number | undefined
  /** how its life on the source ended: it was delivered no more. Empty as long as it waits */
  ends: ('settled' | 'redriven')[]
  /** how the attempts ended that its source took for success */
  settled: Set<'ok' | 'drop'>
  pad: string
}

/** How a function ended. */
export interface Verdict {
  readonly what: 'ok' | 'drop' | 'fail'
  /** when it was due to end: nobody can tell it to stop while it keeps the process busy */
  readonly at: number
}

/** One message in one invocation. */
export interface Walk {
  readonly verdicts: Verdict[]
  readonly visits: Map<string, number>
  running: number
  /** whether a call carried something of it */
  tried: boolean
  /** how often each thing was sent */
  readonly tries: Map<string, number>
  /** what was refused for good, and when */
  readonly refused: Map<string, number>
  /** what was accepted, and known to be */
  readonly heard: Map<string, number>
}

export interface Invocation {
  readonly number: number
  readonly sources: readonly Source[]
  readonly context: Context
  readonly deadline: number
  /** nothing new may start from here on */
  readonly cut: number
  readonly walks: Map<Source, Walk>
  /** calls on their way, by target */
  readonly calls: Map<string, number>
  /** seconds by message, as the visibility was changed */
  readonly postponed: Map<Source, number>
  readonly removed: Set<Source>
  answered: boolean
}

/** Something that arrived at a target. */
export interface Arrival {
  readonly target: string
  /** message group or partition key; undefined where nothing is in order */
  readonly lane: string | undefined
  readonly source: Source
  /** its kwargs, as text; `dead letter` for one */
  readonly text: string
}

/** What a run has been seen to do: a simulation in which nothing happens shows nothing. */
export type Tally = Record<
  | 'invocations'
  | 'attempts'
  | 'done'
  | 'dropped'
  | 'redriven'
  | 'deliveredAgain'
  | 'deduplicated'
  | 'sendFaults'
  | 'timesUp'
  | 'split'
  | 'postponed'
  | 'deleted'
  | 'arrivals',
  number
>

/** One run. */
export interface World {
  readonly scenario: Scenario
  readonly clock: Clock
  readonly random: Random
  readonly sources: readonly Source[]
  readonly arrivals: Arrival[]
  readonly invocations: Invocation[]
  readonly tally: Tally
  /** targets at which SQS or Kinesis refused an entry of a call and accepted others: order is not promised there */
  readonly unordered: Set<string>
  /** told what happens, line by line */
  readonly trace: (line: string) => void
  /** the first thing that went wrong, if anything did */
  violation: Violation | undefined
}

/** Which invocation code runs for. */
export const current = new AsyncLocalStorage<Invocation>()

export const emptyTally = (): Tally => ({
  invocations: 0,
  attempts: 0,
  done: 0,
  dropped: 0,
  redriven: 0,
  deliveredAgain: 0,
  deduplicated: 0,
  sendFaults: 0,
  timesUp: 0,
  split: 0,
  postponed: 0,
  deleted: 0,
  arrivals: 0,
})

/** Notes what went wrong. It is not thrown here, for the engine would take it for an error of a function or a client. */
export const violate = (world: World, invariant: Invariant, message: string): void => {
  world.violation ??= new Violation(invariant, message)
}

export const walkOf = ({ walks }: Invocation, source: Source): Walk => {
  let walk = walks.get(source)
  if (walk === undefined) {
    walk = {
      verdicts: [],
      visits: new Map(),
      running: 0,
      tried: false,
      tries: new Map(),
      refused: new Map(),
      heard: new Map(),
    }
    walks.set(source, walk)
  }
  return walk
}

export const plus = <K>(map: Map<K, number>, key: K, by: number): number => {
  const sum = (map.get(key) ?? 0) + by
  map.set(key, sum)
  return sum
}
