import { AsyncLocalStorage } from 'node:async_hooks'
import type { Context } from 'aws-lambda'
import type { Circuit } from './circuit.ts'
import type { Clock } from './clock.ts'
import type { Random } from './random.ts'
import type { Destination, MessageSpec, Scenario, TargetSpec } from './scenario.ts'
import type { Signatures } from './signed-functions.ts'

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
  | 'logs'
  | 'lineage'
  | 'metrics'
  | 'sent back'
  | 'cost'
  | 'files'
  | 'signatures'

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
  /** What the signatures of the functions check, if there are some. */
  readonly value?: unknown
}

/** A record of the source: what is delivered, reported and deleted as one. It holds one message, or several in an envelope. */
export interface SourceRecord {
  readonly number: number
  readonly messages: readonly SourceMessage[]
  /** What it must keep order with; undefined if with nothing. */
  readonly group: string | undefined
  /** What the mapping reports. Records of different streams may have the same. */
  readonly identifier: unknown
  readonly arn: string
  /** The Lambda that processes it, the stream or topic, and the shard or partition. */
  readonly shard: Shard
  /** The content as it is delivered. */
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
  /** How its life on the source ended; empty as long as it waits. */
  readonly ends: ('settled' | 'redriven')[]
}

export interface Shard {
  readonly functionName: string
  readonly stream: string
  readonly shard: number
}

/** A message of the source. Its number names it everywhere. */
export interface SourceMessage {
  readonly number: number
  readonly spec: MessageSpec
  /** Set when its record is made. */
  record: SourceRecord
  readonly kwargs: Kwargs
  /** The body as it is delivered. */
  readonly text: string
  /** The index of its path; undefined if it is dropped before any function. */
  readonly path: number | undefined
  /** Whether nothing of it can be sent. */
  readonly isUndeliverable: boolean
  /** Whether the signatures of the functions refuse it. */
  readonly isInvalid: boolean
}

/** One thing that a function returned: kwargs for a path or a target. */
export interface Output {
  readonly destination: Destination
  readonly kwargs: Kwargs
}

/** How a call of a function ended. */
export interface FunctionResult {
  readonly end: 'ok' | 'drop' | 'fail'
  /** When it was due to end: it cannot be aborted while it keeps the process busy. */
  readonly at: number
  readonly outputs: readonly Output[]
}

/** An entry that was refused for good, how often: equal entries share a key. */
export interface RefusedMessage {
  readonly at: number
  readonly orderingKey: string | undefined
  /** A call with it alone was refused: it is wrong itself. */
  readonly ofEntry: number
  /** A right or its queue is missing, or an answer blames the sender. */
  readonly ofQueue: number
}

/** One message in one invocation. */
export interface MessageRun {
  readonly source: SourceMessage
  readonly invocation: Invocation
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
  /** What was refused for good. */
  readonly refused: Map<string, RefusedMessage>
  /** What was accepted, and known to be. */
  readonly confirmed: Map<string, number>
}

export interface Invocation {
  readonly number: number
  readonly records: readonly SourceRecord[]
  /** The messages of the records. */
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
  /** The targets that were called. */
  readonly calledTargets: Set<string>
  /** The targets that an open circuit kept from being called. */
  readonly openCircuits: Set<string>
  /** Seconds by record, as the visibility was changed. */
  readonly postponed: Map<SourceRecord, number>
  readonly removed: Set<SourceRecord>
  /** Calls of the `capture` callback that have not ended. */
  captures: number
  /** When something of the model ended last: a function, a call, a capture. */
  lastEndAt: number
  /** What its metrics count, by name; undefined if it wrote none. */
  metrics: Readonly<Record<string, number>> | undefined
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
  | 'circuitsOpen'
  | 'callsWhileDown'
  | 'sharedRecords'
  | 'arrivals'
  | 'metrics'
  | 'sentBack'
  | 'forged'
  | 'signed'
  | 'invalid',
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
  circuitsOpen: 0,
  callsWhileDown: 0,
  sharedRecords: 0,
  arrivals: 0,
  metrics: 0,
  sentBack: 0,
  forged: 0,
  signed: 0,
  invalid: 0,
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
  readonly down: TargetSpec['down']
  readonly isDeadLetter: boolean
  /** Whether an entry names it by its name, so that its URL must be found first. */
  isNamed: boolean
  /** How many queues of the graph are this target. */
  aliases: number
  /** When each deduplication id was accepted. */
  readonly accepted: Map<string, number>
  readonly circuit: Circuit
}

/** One run. */
export interface World {
  readonly scenario: Scenario
  readonly signatures: Signatures | undefined
  readonly clock: Clock
  readonly random: Random
  readonly records: readonly SourceRecord[]
  readonly sources: readonly SourceMessage[]
  /** The targets of the graph, then that of dead letters. Two of them may be the same. */
  readonly targets: readonly Target[]
  readonly deadLetters: Target
  readonly arrivals: Arrival[]
  /** The texts of the dead letters that arrived. */
  readonly letters: string[]
  readonly invocations: Invocation[]
  readonly stats: Stats
  /** Messages of ordering groups that were dropped because an entry was refused for good: what they sent need not be in order. */
  readonly droppedLate: Set<SourceMessage>
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
  if (world.violation !== undefined) return
  world.violation = new Violation(invariant, message)
  world.trace(world.violation.message)
}

/** Returns the run of a message in an invocation. */
export const runOf = (world: World, invocation: Invocation, source: SourceMessage): MessageRun => {
  const { runs, isDeployed } = invocation
  let run = runs.get(source)
  if (run === undefined) {
    run = {
      source,
      invocation,
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
