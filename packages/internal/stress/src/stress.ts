import { setImmediate as turn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createPipeline, type Outcome } from './pipeline.ts'
import { watchLines } from './watch-lines.ts'
import { watchSentry } from './watch-sentry.ts'
import { watchTraces } from './watch-traces.ts'

/**
 * Many invocations at the same time in one process, as on Lambda Managed Instances: each must end as it does alone; its log
 * lines, events of Sentry, spans and metrics are its own; and it leaves nothing behind.
 */
export interface StressOptions {
  /** Invocations at the same time. */
  readonly concurrency: number
  /** Milliseconds that it runs. */
  readonly millis: number
}

export interface StressReport {
  readonly invocations: number
  /** What was wrong, at most ten. Empty if all is well. */
  readonly problems: readonly string[]
  /** Log lines, events of Sentry, and spans. */
  readonly counts: { readonly lines: number; readonly events: number; readonly spans: number }
  /** Bytes that the heap grew by over the second half, after a collection. */
  readonly grown: number
}

/** Returns the bytes of the heap after a collection. */
const collect = (): number => {
  setFlagsFromString('--expose-gc')
  const gc: () => void = runInNewContext('gc')
  gc()
  gc()
  return process.memoryUsage().heapUsed
}

/** Runs invocations at the same time, again and again, and compares each with the same one alone. */
export const stress = async ({ concurrency, millis }: StressOptions): Promise<StressReport> => {
  const problems: string[] = []
  const warned = (warning: Error): void => void problems.push(`warning: ${warning.message}`)
  process.on('warning', warned)
  const lines = watchLines()
  const events = watchSentry()
  const spans = watchTraces()
  const watches = [lines, events, spans]
  try {
    const pipeline = createPipeline({ sentrySdk: events.sdk, takeMetrics: lines.takeMetrics })
    const alone: Outcome[] = []
    for (let seed = 0; seed < concurrency; seed += 1) alone.push(await pipeline.invoke(`alone-${seed}`, seed))
    const began = performance.now()
    let invocations = 0
    let heap: number | undefined
    for (let round = 0; round < 2 || performance.now() - began < millis; round += 1) {
      const results = await Promise.all(alone.map((_, seed) => pipeline.invoke(`request-${round}-${seed}`, seed)))
      for (const [seed, result] of results.entries()) {
        if (result !== alone[seed]) problems.push(`seed ${seed} ended with ${result}, and alone with ${alone[seed]}`)
      }
      for (const { forget } of watches) forget?.()
      invocations += results.length
      if (heap === undefined && performance.now() - began > millis / 2) heap = collect()
    }
    const grown = collect() - (heap ?? 0)
    await turn() // warnings are emitted later
    return {
      invocations,
      counts: { lines: lines.count(), events: events.count(), spans: spans.count() },
      grown,
      problems: [...problems, ...pipeline.problems, ...watches.flatMap((watch) => watch.problems)].slice(0, 10),
    }
  } finally {
    for (const watch of watches) watch.stop()
    process.off('warning', warned)
  }
}
