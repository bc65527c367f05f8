import { isObject } from '@lpipe/core/middleware'

/** A schema in the words of JSON Schema. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** A system as plain JSON: what `describe()` returns. */
export interface Description {
  /** The version of this format. */
  readonly version: 1
  readonly resources: readonly Resource[]
  readonly functions: readonly FunctionDescription[]
}

/** A queue, a stream or a topic: one that the system declares, or one that only its code names. */
export interface Resource {
  /** The type of the queue, for example `sqs`, `kinesis` or `sns`. */
  readonly type: string
  readonly name: string
  /** Whether the system declares it. */
  readonly declared: boolean
  /** SQS and SNS: whether it is a FIFO queue or topic. */
  readonly fifo?: boolean
  /** SQS: seconds. */
  readonly visibilityTimeout?: number
  readonly deadLetter?: { readonly queue: string; readonly maxReceiveCount: number }
  /** SQS: the topics that deliver to it. */
  readonly subscriptions?: readonly SubscriptionDescription[]
  /** Kinesis. */
  readonly shards?: number
}

/** The subscription of a queue to a topic. */
export interface SubscriptionDescription {
  readonly topic: string
  /** Whether the queue receives the message alone. If not, it is in a notification. */
  readonly raw: boolean
}

/** A Lambda function. */
export interface FunctionDescription {
  readonly name: string
  /** The name of the export that is the handler. */
  readonly handler: string
  /** seconds */
  readonly timeout: number
  /** MB */
  readonly memory: number
  readonly recursiveLoop: 'Terminate' | 'Allow'
  readonly sources: readonly SourceDescription[]
  /** Whether the graph of its handler is known. If not, `paths` is empty. */
  readonly known: boolean
  readonly paths: readonly PathDescription[]
  /** The path of every message: `defaultPath`, or `call`. */
  readonly defaultPath?: string
  /** The paths that messages may name. Missing: all. */
  readonly entries?: readonly string[]
  /** The queues that its module makes, those of its actions too. */
  readonly queues: readonly QueueReference[]
  /** The queue of lpipe's dead letters: `deadLetter` of `lpipe()`. */
  readonly deadLetter?: QueueReference
  /** The names of the event sources that it reads. Missing: those that lpipe reads by default. */
  readonly eventSources?: readonly string[]
  /** The names of the envelopes that it opens. Missing: none. */
  readonly envelopes?: readonly string[]
  /** The options of `lpipe()` or `pathRouter()` that are plain data. */
  readonly options: Readonly<Record<string, string | number | boolean>>
}

/** An event source mapping, or the subscription of a function to a topic. */
export interface SourceDescription {
  readonly type: string
  /** The name of the queue, the stream or the topic. */
  readonly name: string
  readonly batchSize: number
  /** seconds */
  readonly window: number
  /** SQS: batches at once, if the system says so. */
  readonly concurrency?: number
  /** SNS: false, because it takes no failures in responses. */
  readonly reportBatchItemFailures: boolean
  /** Kinesis and SNS: the queue of what was discarded. */
  readonly onFailure?: string
}

/** A path with its actions. */
export interface PathDescription {
  readonly name: string
  readonly actions: readonly ActionDescription[]
  /** The payloads that its functions return, as far as types show them. */
  readonly payloads: readonly PayloadDescription[]
}

/** A step of a path. */
export interface ActionDescription {
  readonly functions: readonly SignedDescription[]
  /** The members that kwargs must have: those that `requiredParams` names. Missing: the option is not set. */
  readonly requires?: readonly string[]
  readonly paths: readonly string[]
  readonly queues: readonly QueueReference[]
}

/** A function of a path. */
export interface SignedDescription {
  readonly name: string
  /**
   * The JSON Schema of its kwargs, if its signature can give one. Its members have the names that they have in a message: before
   * `requiredParams` renames them.
   */
  readonly schema?: JsonSchema
}

/** A queue as code names it. */
export interface QueueReference {
  readonly type: string
  readonly name: string
  readonly path?: string
  /** The JSON Schema of what it takes, if it has a schema that can give one. */
  readonly schema?: JsonSchema
}

/** A payload that a function returns: to a path of its Lambda, or to a queue. */
export interface PayloadDescription {
  /** The function that returns it. */
  readonly from: string
  readonly path?: string
  readonly queue?: QueueReference
}

/** Identifies a queue, a stream or a topic in edges and findings. */
export const resourceId = ({ type, name }: { readonly type: string; readonly name: string }): string =>
  `${type}:${name}`

/** Identifies a queue with its path. */
export const referenceId = (reference: QueueReference): string => `${resourceId(reference)} ${reference.path ?? ''}`

/** The queues that a path is known to send to. */
export const queuesOfPath = ({ actions, payloads }: PathDescription): QueueReference[] => [
  ...actions.flatMap(({ queues }) => queues),
  ...payloads.flatMap(({ queue }) => queue ?? []),
]

/** Whether a value looks like what `describe()` returns. */
export const isDescription = (value: unknown): value is Description =>
  isObject(value) && value['version'] === 1 && Array.isArray(value['functions']) && Array.isArray(value['resources'])
