import type { State } from '@lpipe/core'
import { type BatchMessage, type Chain, type InvocationBatch, invalidConfiguration } from '@lpipe/core/middleware'
import type { Graph } from './graph.ts'

/** What all runs of an invocation share. */
export interface RunContext {
  readonly batch: InvocationBatch
  readonly graph: Graph
  readonly maxSteps: number
  readonly state: State
  readonly signal: AbortSignal
  /** The functions whose results look like payloads and are not: each is logged once. */
  readonly warned: Set<unknown>
}

/** The run of one message. */
export interface Run {
  readonly context: RunContext
  readonly message: BatchMessage
  /** The number of paths that the message entered. */
  steps: number
  /** Whether the deadline was checked just before. */
  deadlineChecked: boolean
  output: unknown
}

/** @throws InvalidConfigurationError without a chain, because payloads would be lost */
export const chainOf = ({ chain }: InvocationBatch): Chain =>
  chain ?? invalidConfiguration('pathRouter: payloads and queues require payloadChain() before it')
