import type { Description, Finding, SystemOptions } from '@lpipe/system'
import type { Captured, CapturedError, SourcePlace } from '../api/types.ts'

/** What a process runs: sent to it once. */
export type Task = RunTask | DescribeTask

/** Runs a Lambda. */
export interface RunTask {
  readonly type: 'run'
  /** the URL of the built configuration */
  readonly entry: string
  /** the folder of the built files */
  readonly outdir: string
  /** the folder of the configuration */
  readonly folder: string
  readonly name: string
  /** seconds */
  readonly timeout: number
  /** MB */
  readonly memory: number
  readonly region: string
}

/** Describes the system. */
export interface DescribeTask {
  readonly type: 'describe'
  readonly entry: string
  readonly folder: string
  /** the configuration file */
  readonly file: string
}

/** An invocation of the Lambda that a process runs. */
export interface InvokeCommand {
  readonly type: 'invoke'
  readonly requestId: string
  readonly event: { readonly Records: readonly object[] }
  /** Whether sends are captured instead of sent. */
  readonly dryRun: boolean
}

/** What happens to messages in a process. Times are in milliseconds since 1970. */
export type TraceEvent =
  | MessageStarted
  | MessageEnded
  | FunctionStarted
  | FunctionEnded
  | SendStarted
  | SendEnded
  | Called
  | SendCaptured

interface Traced {
  readonly requestId: string
  /** The id of the message. */
  readonly message: string
  readonly at: number
}

/** When the body of a message was decoded, and its path was found. */
export interface Decoded {
  readonly startedAt: number
  readonly endedAt: number
}

export interface MessageStarted extends Traced {
  readonly type: 'messageStarted'
  readonly decoded?: Decoded | undefined
  readonly path?: string | undefined
  readonly payload: Captured
}

export interface MessageEnded extends Traced {
  readonly type: 'messageEnded'
  readonly decoded?: Decoded | undefined
  readonly outcome: 'succeeded' | 'dropped' | 'failed'
  readonly path?: string | undefined
  readonly function?: string | undefined
  readonly error?: CapturedError
}

export interface FunctionStarted extends Traced {
  readonly type: 'functionStarted'
  readonly id: string
  readonly name: string
  readonly path?: string | undefined
  /** Identifies the run of the path in the message. */
  readonly pathRun: string
  readonly input: Captured
}

export interface FunctionEnded {
  readonly type: 'functionEnded'
  readonly id: string
  readonly at: number
  readonly output?: Captured
  readonly error?: CapturedError
}

/** An entry of a call: the message that sent it, and from where. */
export interface SentFrom {
  /** When it was buffered. */
  readonly at?: number
  readonly message: string
  readonly path?: string | undefined
  readonly function?: string | undefined
}

export interface SendStarted {
  readonly type: 'sendStarted'
  readonly id: string
  readonly requestId: string
  readonly at: number
  readonly queue: { readonly type: string; readonly name: string; readonly path?: string | undefined }
  readonly entries: readonly SentFrom[]
}

export interface SendEnded {
  readonly type: 'sendEnded'
  readonly id: string
  readonly at: number
  readonly sendFailures: readonly { readonly index: number; readonly code: string }[]
  readonly error?: CapturedError
}

/** A command of the AWS SDK that was sent by a send of lpipe, or else by the code of a function. */
export interface Called {
  readonly type: 'called'
  readonly requestId: string
  readonly command: string
  readonly send?: string | undefined
  readonly from?: SentFrom | undefined
}

/** A dry run would have sent this. */
export interface SendCaptured {
  readonly type: 'sendCaptured'
  readonly requestId: string
  readonly queue: { readonly type: string; readonly name: string; readonly path?: string | undefined }
  readonly operation: string
  readonly body: Captured
}

/** What a process reports. */
export type Report =
  | TraceEvent
  | { readonly type: 'loaded'; readonly files: readonly string[] | undefined }
  | { readonly type: 'imported'; readonly file: string }
  | { readonly type: 'problem'; readonly error: CapturedError }
  | { readonly type: 'succeeded'; readonly requestId: string; readonly response: unknown; readonly memoryBytes: number }
  | { readonly type: 'failed'; readonly requestId: string; readonly error: CapturedError; readonly memoryBytes: number }
  | { readonly type: 'uncaught'; readonly error: CapturedError }
  | { readonly type: 'described'; readonly system: DescribedSystem }

/** A system as plain data, with its graph. */
export interface DescribedSystem {
  readonly queues: NonNullable<SystemOptions['queues']>
  readonly streams: NonNullable<SystemOptions['streams']>
  readonly topics: NonNullable<SystemOptions['topics']>
  readonly functions: Readonly<Record<string, DescribedFunction>>
  readonly description: Description
  readonly findings: readonly (Finding & { readonly source?: SourcePlace })[]
  /** Where paths and resources are written, by node id. */
  readonly places: Readonly<Record<string, SourcePlace>>
  /** Whether the handlers are described, or only what feeds them. */
  readonly known: boolean
  /** Whether the payloads that functions return are described too. */
  readonly complete: boolean
}

/** A function of a system without its handler. */
export type DescribedFunction = Omit<NonNullable<SystemOptions['functions']>[string], 'load'>
