import type { Environment, Invocation } from '@lpipe/local/tools'
import type { LambdaStatus, LogLine, ReloadEvent } from '../api/types.ts'
import type { DescribedSystem, Report, TraceEvent } from '../environment/protocol.ts'
import type { RanIn } from '../lambdas/lambda.ts'
import type { Printed } from '../lambdas/printed.ts'

/** What a runtime reports. */
export interface RuntimeEvents {
  readonly onTrace: (lambda: string, event: TraceEvent) => void
  readonly onPrint: (lambda: string, line: Printed, stream: LogLine['stream']) => void
  /** The system is described better, or anew. */
  readonly onDescribed: (system: DescribedSystem, generation: number) => void
  readonly onReload: (event: ReloadEvent) => void
}

/** A dry run. */
export interface DryRunCall {
  readonly invocation: Invocation
  /** The variables by which the AWS SDK finds the servers that capture calls. */
  readonly environment: Environment
  readonly onReport: (report: Report) => void
  readonly onPrint: (line: Printed, stream: LogLine['stream']) => void
}

/** Runs the Lambdas of a system. */
export interface Runtime {
  /** The first description. */
  readonly system: DescribedSystem
  /** Raised by each reload. */
  readonly generation: () => number
  /** Starts the Lambdas. Before, `run` waits. */
  readonly start: (environment: Environment) => Promise<void>
  /** @throws InvocationError if the invocation fails */
  readonly run: (invocation: Invocation, onStart: (ran: RanIn) => void) => Promise<unknown>
  /** Undefined if functions run in this process, where nothing can be captured. */
  readonly dryRun: ((call: DryRunCall) => Promise<unknown>) | undefined
  readonly status: () => LambdaStatus[]
  readonly close: () => Promise<void>
}
