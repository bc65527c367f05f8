/** All that a run depends on: plain data, so that a failing one can be printed, shrunk and run again. */
export interface Scenario {
  /** For the faults, the jitter and what else is left to chance. */
  readonly seed: number
  readonly source: SourceKind
  readonly messages: readonly MessageSpec[]
  /** Messages of a record: this number of consecutive ones share one, with the group and the shard of the first of them. */
  readonly perRecord: number
  readonly batchSize: number
  /** How many batches of a queue one handler processes at the same time. */
  readonly pollers: number
  readonly maxReceiveCount: number
  readonly paths: readonly PathSpec[]
  readonly targets: readonly TargetSpec[]
  readonly options: OptionsSpec
  /** Milliseconds of an invocation; null if its context does not say. */
  readonly timeout: number | null
  readonly faults: FaultsSpec
  /** The invocation before which the graph is deployed anew: its actions list their queues in reverse order. Null: never. */
  readonly deployAt: number | null
  /** Whether functions leave the message's number out of what they send to SQS: equal contents of different messages. */
  readonly anonymous: boolean
  /** Whether lpipe routes each message itself, or a handler of the user's own returns a payload for it. */
  readonly handler: 'graph' | 'own'
  readonly around: readonly AroundSpec[]
  /** What a middleware does with each message: prepares it, or wraps something around it, as tracers do. */
  readonly wrapper: 'none' | 'prepares' | 'waits' | 'throws' | 'throwsAfter'
  /** The paths that messages may name: all, or the first one alone. */
  readonly entries: 'all' | 'first'
  /** An event that is not one of the source's, before all others. */
  readonly foreignEvent: 'none' | 'service' | 'mixed' | 'window'
  /** When the targets and functions with the fate `outage` are down; null: never. */
  readonly outage: { readonly from: number; readonly millis: number } | null
  /** A circuit breaker for each of them; null: none. */
  readonly breaker: { readonly failures: number; readonly pauseSeconds: number } | null
}

/** Where messages come from: an SQS queue, a stream, a topic, or an asynchronous call. */
export type SourceKind = 'standard' | 'fifo' | 'kinesis' | 'dynamodb' | 'kafka' | 'raw'

/** A hook of another middleware, which acts in every third invocation. */
export interface AroundSpec {
  /** Before or after lpipe in the list of middlewares. */
  readonly place: 'outer' | 'inner'
  readonly hook: 'before' | 'after' | 'onError'
  /**
   * `empties`: it removes all failures from a response that names some. `setsError`: it sets the error of the request, and does
   * not throw.
   */
  readonly does: 'returns' | 'throws' | 'sets' | 'empties' | 'setsError'
}

/**
 * A message's body. `plain`, `byteOrderMark`, `prototype` (a member `__proto__`), `lowerCase` (the path in another spelling)
 * and `deep` (nested so deeply that it cannot be sent) are processed; the others are dropped. `foreignCase` names a path with a
 * letter that only Unicode takes for one of it.
 */
export type BodySpec =
  | 'plain'
  | 'byteOrderMark'
  | 'prototype'
  | 'lowerCase'
  | 'foreignCase'
  | 'deep'
  | 'notJson'
  | 'noPath'
  | 'noKwargs'
  | 'array'
  | 'hugeNumber'

/** `forged`: more hops than allowed. `broken`: texts that lpipe cannot have written. */
export type HeadersSpec = 'none' | 'forged' | 'broken'

export interface MessageSpec {
  /** Message group or tenant; what groups and keys of targets are computed from. */
  readonly group: number
  /** Of a stream or topic: the Lambda, the stream and the shard. */
  readonly shard: number
  readonly path: number
  /** Bytes that its kwargs are padded with. */
  readonly pad: number
  readonly body: BodySpec
  readonly headers: HeadersSpec
  /** Whether services refuse each call that carries something of it. */
  readonly isPoison: boolean
}

/** Whether a source is a queue of SQS, whose messages can be deleted and postponed. */
export const isQueue = (source: SourceKind): boolean => source === 'standard' || source === 'fifo'

/** Whether RAW messages come from a topic that invokes the Lambda. By the seed, so that nothing else is drawn for it. */
export const isTopic = ({ source, seed }: Scenario): boolean => source === 'raw' && seed % 2 === 1

/** Whether the middleware of `@lpipe/metrics` stands in front of lpipe. By the seed too. */
export const hasMetrics = ({ seed }: Scenario): boolean => seed % 3 === 0

/**
 * What checks the kwargs of the functions: nothing, a JSON Schema, or validators that were generated from types. By the seed too;
 * rare, because they are slow to load.
 */
export const signaturesIn = ({ seed }: Scenario): 'none' | 'jsonSchema' | 'generated' =>
  seed % 67 === 41 ? 'generated' : seed % 41 === 17 ? 'jsonSchema' : 'none'

/**
 * Whether the first message sends very much at its first try. By the seed too; rare, because it takes longer than many runs. Where
 * little may wait, each entry waits for the call of another one.
 */
export const hasBurst = ({ seed, options }: Scenario): boolean =>
  seed % 131 === 29 && options.delivery.maxPendingBytes >= 1024 * 1024

/** Whether a source is read shard by shard, from a checkpoint on. */
export const isSharded = (source: SourceKind): boolean => ['kinesis', 'dynamodb', 'kafka'].includes(source)

/** The first action of a path has a function, so that a message that was tried is known to have been. */
export interface PathSpec {
  readonly actions: readonly ActionSpec[]
}

export interface ActionSpec {
  readonly functions: readonly FunctionSpec[]
  /** Paths after this one, or targets. */
  readonly next: readonly Destination[]
  readonly queues: readonly number[]
}

export interface Destination {
  readonly kind: 'path' | 'target'
  readonly index: number
}

export interface FunctionSpec {
  readonly returns: readonly Destination[]
  /** Virtual milliseconds; 0 for a function that is not async. */
  readonly millis: number
  /** Milliseconds that it keeps the process busy. */
  readonly blocks: number
  readonly fate: 'ok' | 'flaky' | 'poison' | 'drop' | 'unknown' | 'outage'
  /** `flaky`, and `unknown` if that is retried: every n-th call; otherwise every n-th message. */
  readonly every: number
  /** What differs at every other try of a message: nothing, the order of what it returns, its content, its number. */
  readonly varies: 'no' | 'order' | 'content' | 'count'
}

export interface TargetSpec {
  /** `twin`: it has the name of the first target, in another account. `alias`: the first target, named the other way. */
  readonly relation: 'own' | 'twin' | 'alias'
  readonly kind: 'standard' | 'fifo' | 'kinesis'
  readonly strictOrder: boolean
  readonly hasPath: boolean
  readonly byName: boolean
  /** Whether its group or key is computed from the kwargs. Default: the group of the source, or a hash. */
  readonly computed: boolean
  /** The queue's own limit in bytes, lower than the service's. */
  readonly ownLimit: number | null
  /** Whether it is down: during the outage, or for the whole run, in which it refuses all calls for now or does not exist. */
  readonly down: 'no' | 'outage' | 'throttled' | 'missing'
}

export interface OptionsSpec {
  readonly concurrency: number | null
  readonly continuesAfterFailure: boolean
  readonly reserveMillis: number | null
  readonly retryUnhandled: boolean
  readonly deadLetter: 'none' | 'standard' | 'fifo'
  readonly partialFailures: 'report' | 'delete'
  readonly retryDelay: 'none' | 'number' | 'function'
  readonly maxEntries: number
  readonly maxBytes: number
  readonly delivery: {
    readonly maxCalls: number
    readonly retryMillis: number
    readonly maxAttempts: number
    readonly maxRetryMillis: number
    readonly lingerMillis: number
    readonly maxPendingBytes: number
  }
  /** `default`: lpipe's own, which writes lines of JSON. */
  readonly logger: 'silent' | 'default' | 'throws' | 'rejects'
  readonly capture: 'none' | 'throws' | 'rejects' | 'hangs'
  /** `odd`: now and then it returns nonsense, or throws where it should not. */
  readonly sender: 'plain' | 'odd'
}

/** Percentages, unless it says otherwise. */
export interface FaultsSpec {
  /** Of calls that send. */
  readonly send: number
  /** Which kinds of them. */
  readonly kinds: readonly SendFault[]
  /** Of messages that are delivered again although they were processed. */
  readonly again: number
  /** Of calls to the source's queue: delete, change of visibility. */
  readonly source: number
  /** Most milliseconds that any call takes. */
  readonly latency: number
  /** Milliseconds that the first call of each client takes in addition. */
  readonly coldMillis: number
}

/**
 * `refused`, `throttled`, `denied`, `invalid` and `odd` (a value that is not an Error) are thrown before anything is
 * accepted, `cut` after everything is; `entries` fail within an accepted call, for now or for good; `silent` entries are
 * missing in the answer; `slow` takes seconds; `never` does not answer.
 */
export type SendFault =
  | 'refused'
  | 'throttled'
  | 'denied'
  | 'invalid'
  | 'odd'
  | 'cut'
  | 'entries'
  | 'silent'
  | 'slow'
  | 'never'
