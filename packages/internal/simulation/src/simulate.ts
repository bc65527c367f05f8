import fc from 'fast-check'
import { emptyTally, type Tally } from './ledger.ts'
import { runScenario } from './run.ts'
import { type Scenario, scenarios } from './scenario.ts'

export interface SimulateOptions {
  readonly runs: number
  /** default one by chance; a failure prints it */
  readonly seed?: number | undefined
  /** fast-check's path to a counterexample, as a failure prints it */
  readonly path?: string | undefined
  /** make a counterexample as small as it can be; default true */
  readonly shrinks?: boolean | undefined
  /** stop after so many milliseconds, with what was run by then */
  readonly maxMillis?: number | undefined
}

export interface Simulated {
  readonly seed: number
  readonly runs: number
  readonly millis: number
  /** what all runs together have been seen to do */
  readonly tally: Tally
  readonly failure: Failure | undefined
}

export interface Failure {
  /** the invariant and what broke it */
  readonly message: string
  readonly scenario: Scenario
  /** to run it again, with the seed */
  readonly path: string
  readonly shrinks: number
}

/** Runs scenarios by chance until one breaks an invariant, which is then made as small as it can be. */
export const simulate = async ({
  runs,
  seed,
  path,
  maxMillis,
  shrinks = true,
}: SimulateOptions): Promise<Simulated> => {
  const tally = emptyTally()
  const start = performance.now()
  const property = fc.asyncProperty(scenarios, async (scenario) => {
    const one = await runScenario(scenario)
    for (const key of Object.keys(tally) as (keyof Tally)[]) tally[key] += one[key]
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
  return { seed: details.seed, runs: details.numRuns, millis: performance.now() - start, tally, failure }
}
