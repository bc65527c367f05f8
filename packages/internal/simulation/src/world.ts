import { AsyncLocalStorage } from 'node:async_hooks'
import type { Context } from 'aws-lambda'
import type { Clock } from './clock.ts'
import type { Random } from './random.ts'
import type { Goal, MessageSpec, Scenario } from './scenario.ts'

/** What must hold in every run; the README describes each. */
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
  | 'crash'
  | 'no failure without a cause'

export class Violation extends Error {
  readonly invariant: Invariant

  constructor(invariant: Invariant, message: string) {
    super(`[${invariant}] ${message}`)
    this.invariant = invariant
  }
}

/** What every message and every payload of a run holds. */
export interface Kwargs {
  /** The number of the source message. Left out in anonymous entries. */
  readonly number?: number
  readonly group: number
  /** Names the function, its visit and the position in what it returned. */
  readonly trace: string
  readonly pad: string
}

/** A message of the source. Its number names it everywhere. */
export interface SourceMessage {
  readonly number: number
  readonly spec: MessageSpec
  /** What it must keep order with; undefined if with nothing. */
  readonly group: string | undefined
  /** The id that the mapping reports. Messages of different streams may have the same. */
  readonly id: string
  readonly arn: string
  /** The Lambda that processes it. */
  readonly functionName: string
  readonly kwargs: Kwargs
  /** The body as it is delivered. */
  readonly text: string
  /** The index of its path; undefined if it is dropped before any path. */
  readonly path: number | undefined
  /** Whether nothing of it can be sent. */
  readonly isUndeliverable: boolean
  /** How its life on the source ended; empty as long as it waits. */
  readonly ends: ('settled' | 'redriven')[]
}

/** One thing that a function returned: kwargs for a path or a target. */
export interface Output {
  readonly goal: Goal
  readonly kwargs: Kwargs
}

/** How a call of a function ended. */
export interface FunctionResult {
  readonly end: 'ok' | 'drop' | 'fail'
  /** When it was due to end: it cannot be aborted while it keeps the process busy. */
  readonly at: number
  readonly outputs: readonly Output[]
}

/** One message in one invocation. */
export interface MessageRun {
  readonly source: SourceMessage
  /** How often the message was run before. */
  readonly attempt: number
  /** Whether the graph was deployed anew. */
  readonly isDeployed: boolean
  readonly results: FunctionResult[]
  readonly visits: Map<string, number>
  running: number
  /** Whether something that is not a function of the user's threw. */
  isObstructed: boolean
  /** How often each entry was sent, by its target and content, and when first. */
  readonly tries: Map<string, number>
  readonly firstTries: Map<string, number>
  /** What was refused for good: when, and its ordering key. */
  readonly refused: Map<string, { readonly at: number; readonly orderingKey: string | undefined }>
  /** What was accepted, and known to be. */
  readonly confirmed: Map<string, number>
}

export interface Invocation {
  readonly number: number
  readonly sources: readonly SourceMessage[]
  readonly context: Context
  readonly isDeployed: boolean
  readonly deadline: number
  /** When the reserve begins: nothing new may start. */
  readonly cut: number
  /** When sends are abandoned. */
  readonly flushEnd: number
  readonly runs: Map<SourceMessage, MessageRun>
  /** Calls in flight, by target and by ordering key. */
  readonly calls: Map<string, number>
  /** The targets whose URL could not be found. */
  readonly unknownUrls: Set<string>
  /** Seconds by message, as the visibility was changed. */
  readonly postponed: Map<SourceMessage, number>
  readonly removed: Set<SourceMessage>
  /** Whether a hook of another middleware acted. */
  hasInterference: boolean
  hasEnded: boolean
}

/** Something that arrived at a target. */
export interface Arrival {
  readonly target: string
  /** Message group or partition key; undefined where nothing is in order. */
  readonly orderingKey: string | undefined
  readonly source: SourceMessage
  /** Its kwargs as JSON, or `dead letter`. */
  readonly text: string
}

/** What a run has been seen to do: a simulation in which nothing happens shows nothing. */
export type Stats = Record<
  | 'invocations'
  | 'attempts'
  | 'succeeded'
  | 'dropped'
  | 'redriven'
  | 'deliveredAgain'
  | 'deduplicated'
  | 'sendFaults'
  | 'timesUp'
  | 'split'
  | 'postponed'
  | 'deleted'
  | 'interferences'
  | 'arrivals',
  number
>

export const emptyStats = (): Stats => ({
  invocations: 0,
  attempts: 0,
  succeeded: 0,
  dropped: 0,
  redriven: 0,
  deliveredAgain: 0,
  deduplicated: 0,
  sendFaults: 0,
  timesUp: 0,
  split: 0,
  postponed: 0,
  deleted: 0,
  interferences: 0,
  arrivals: 0,
})

/** A queue or stream that is sent to. */
export interface Target {
  /** What identifies it: the URL of a queue, the name of a stream. */
  readonly key: string
  readonly name: string
  readonly kind: 'standard' | 'fifo' | 'kinesis'
  readonly strictOrder: boolean
  readonly computed: boolean
  readonly ownLimit: number | null
  /** The path of its payloads, if it has one. */
  readonly path: string | undefined
  readonly down: 'no' | 'throttled' | 'missing'
  readonly isDeadLetter: boolean
  /** Whether an entry names it by its name, so that its URL must be found first. */
  isNamed: boolean
  /** How many queues of the graph are this target. */
  aliases: number
  /** When each deduplication id was accepted. */
  readonly accepted: Map<string, number>
}

/** One run. */
export interface World {
  readonly scenario: Scenario
  readonly clock: Clock
  readonly random: Random
  readonly sources: readonly SourceMessage[]
  /** The targets of the graph, then that of dead letters. Two of them may be the same. */
  readonly targets: readonly Target[]
  readonly deadLetters: Target
  readonly arrivals: Arrival[]
  readonly invocations: Invocation[]
  readonly stats: Stats
  /** Targets that refused one entry of a call and accepted others: order is not promised there. */
  readonly unordered: Set<Target>
  /** Called with what happens, line by line. */
  readonly trace: (line: string) => void
  /** The first violation, if there is one. */
  violation: Violation | undefined
}

/** The invocation that code runs for. */
export const current = new AsyncLocalStorage<Invocation>()

/** Whether the sender in front of a client garbles its answer: then nothing counts as known to be accepted. */
export const garbling = new AsyncLocalStorage<boolean>()

/** Records a violation. It is not thrown here, because the engine would take it for an error of a function or a client. */
export const violate = (world: World, invariant: Invariant, message: string): void => {
  world.violation ??= new Violation(invariant, message)
}

/** Returns the run of a message in an invocation. */
export const runOf = (world: World, invocation: Invocation, source: SourceMessage): MessageRun => {
  const { runs, isDeployed } = invocation
  let run = runs.get(source)
  if (run === undefined) {
    run = {
      source,
      attempt: world.invocations.filter((one) => one !== invocation && one.runs.has(source)).length,
      isDeployed,
      results: [],
      visits: new Map(),
      running: 0,
      isObstructed: false,
      tries: new Map(),
      firstTries: new Map(),
      refused: new Map(),
      confirmed: new Map(),
    }
    runs.set(source, run)
  }
  return run
}

export const addTo = <K>(map: Map<K, number>, key: K, by: number): number => {
  const sum = (map.get(key) ?? 0) + by
  map.set(key, sum)
  return sum
}
