/** A case: an event, a graph, and what must come of it. `vectors/README.md` describes the format. */
export interface Case {
  readonly id: string
  readonly pathsSpec: Readonly<Record<string, readonly (string | ActionSpec)[]>> | null
  readonly call: string | null
  readonly defaultPath: string | null
  readonly eventSourceType: string | null
  readonly event: unknown
  readonly aws?: { readonly faults?: readonly Fault[] } | null
  readonly port: Port | null
  readonly portSkip?: string
}

export interface ActionSpec {
  readonly functions?: readonly string[]
  readonly paths?: readonly string[]
  readonly queues?: readonly QueueSpec[]
  readonly required_params?: readonly (string | readonly string[])[]
  readonly include_all_params?: boolean
}

export interface QueueSpec {
  readonly type: 'SQS' | 'KINESIS'
  readonly name?: string
  readonly url?: string
  readonly path?: string
}

/** Sends that fail for as long as the case lasts. */
export interface Fault {
  readonly op: 'SendMessageBatch' | 'PutRecords' | 'GetQueueUrl'
  readonly target?: string
  readonly mode: 'clientError' | 'http400' | 'http500' | 'partial'
}

/** What must happen. */
export interface Port {
  readonly outcome: 'ok' | 'raise' | 'config'
  readonly raisedClass: string | null
  readonly stats: { readonly received: number; readonly successes: number }
  readonly response: unknown
  readonly reported?: readonly string[] | null
  readonly calls: readonly {
    readonly fn: string
    readonly path: string | null
    readonly record: number
    readonly kwargs: unknown
  }[]
  readonly sent: Readonly<Record<string, readonly { readonly body: unknown; readonly record: number }[]>>
  readonly captured: readonly { readonly class: string; readonly record: number }[]
  readonly perRecord: readonly (string | null)[] | null
}

/** `functions.json`: the functions that the cases name. */
export interface FunctionSpec {
  readonly params: readonly Param[]
  readonly behaviour: Behaviour
}

export interface Param {
  readonly name: string
  readonly type?: string | readonly string[]
  readonly default?: unknown
}

export type Behaviour =
  | { readonly kind: 'return'; readonly value: unknown }
  | { readonly kind: 'echo' }
  | { readonly kind: 'param'; readonly param: string }
  | { readonly kind: 'raise'; readonly class: string; readonly message: string }
  | {
      readonly kind: 'switch'
      readonly param: string
      readonly cases: Readonly<Record<string, Behaviour>>
      readonly default?: Behaviour
    }
  | { readonly kind: 'script'; readonly param: string }
  | { readonly kind: 'payload'; readonly payload: PayloadSpec }
  | {
      readonly kind: 'payloads'
      readonly items: readonly { readonly payload?: PayloadSpec; readonly value?: unknown }[]
    }
  | { readonly kind: 'wrap'; readonly as: 'object' | 'nested-list'; readonly payload: PayloadSpec }

export interface PayloadSpec {
  readonly path?: string
  readonly queue?: QueueSpec
  readonly kwargs?: unknown
}
