import fc from 'fast-check'
import { scenarios } from './arbitrary.ts'
import { runScenario } from './run.ts'
import type { Scenario } from './scenario.ts'
import { emptyStats, type Stats } from './world.ts'

export interface SimulateOptions {
  readonly runs: number
  /** Default: a random one. A failure prints it. */
  readonly seed?: number | undefined
  /** fast-check's path to a counterexample, as a failure prints it. */
  readonly path?: string | undefined
  /** Whether a counterexample is made as small as possible. Default: true. */
  readonly shrinks?: boolean | undefined
  /** Milliseconds after which no further scenario starts. */
  readonly maxMillis?: number | undefined
  /** Called after each scenario with the number of scenarios so far. */
  readonly onProgress?: ((runs: number) => void) | undefined
}

export interface Simulated {
  readonly seed: number
  readonly runs: number
  readonly millis: number
  /** What happened in all runs together. */
  readonly stats: Stats
  readonly failure: Failure | undefined
}

export interface Failure {
  /** The invariant and what violated it. */
  readonly message: string
  readonly scenario: Scenario
  /** To run it again, with the seed. */
  readonly path: string
  readonly shrinks: number
}

/** Runs random scenarios until one violates an invariant; that one is then made as small as possible. */
export const simulate = async ({
  runs,
  seed,
  path,
  maxMillis,
  shrinks = true,
  onProgress,
}: SimulateOptions): Promise<Simulated> => {
  const stats = emptyStats()
  let finished = 0
  const start = Date.now() // `performance.now` may be virtual when a run is interrupted
  const property = fc.asyncProperty(scenarios, async (scenario) => {
    const one = await runScenario(scenario)
    for (const key of Object.keys(stats) as (keyof Stats)[]) stats[key] += one[key]
    finished += 1
    onProgress?.(finished)
  })
  const details = await fc.check(property, {
    numRuns: runs,
    ...(seed !== undefined && { seed }),
    ...(path !== undefined && { path, endOnFailure: true }),
    ...(!shrinks && { endOnFailure: true }),
    ...(maxMillis !== undefined && { interruptAfterTimeLimit: maxMillis, markInterruptAsFailure: false }),
  })
  const failure: Failure | undefined = details.failed
    ? {
        message: details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance),
        scenario: (details.counterexample as [Scenario])[0],
        path: details.counterexamplePath ?? '',
        shrinks: details.numShrinks,
      }
    : undefined
  return { seed: details.seed, runs: details.numRuns, millis: Date.now() - start, stats, failure }
}
