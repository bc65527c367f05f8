import type { NodeStats, Point } from '../../../src/api/types.ts'

/** The state of a node or an edge. */
export type Health = 'idle' | 'ok' | 'slow' | 'failing'

/** From this mean duration or age on, something is slow. Milliseconds. */
const slowMillis = { run: 1_000, oldest: 10_000 }

const recentSeconds = 10

/** Returns whether a node failed in the last 10 seconds, is slow, works or has nothing to do. */
export const healthOf = (stats: NodeStats | undefined, points: readonly Point[]): Health => {
  const recent = points.slice(-recentSeconds)
  if (recent.some(({ errors }) => errors > 0)) return 'failing'
  if (stats === undefined) return 'idle'
  if ((stats.oldestMillis ?? 0) >= slowMillis.oldest) return 'slow'
  const isBusy = recent.some(({ count }) => count > 0) || (stats.inFlight ?? 0) > 0
  if (!isBusy) return 'idle'
  return (stats.p95Millis ?? 0) >= slowMillis.run ? 'slow' : 'ok'
}

/** The traffic of an edge in the last seconds: failures count until they are older than 10 seconds. */
export class EdgeHistory {
  readonly #failedAt = new Map<string, number>()
  readonly #movedAt = new Map<string, number>()

  add(edge: string, { count, errors }: Point, now: number): void {
    if (count > 0) this.#movedAt.set(edge, now)
    if (errors > 0) this.#failedAt.set(edge, now)
  }

  healthOf(edge: string, meanMillis: number | undefined, now: number): Health {
    const isRecent = (time: number | undefined): boolean => time !== undefined && now - time < recentSeconds * 1_000
    if (isRecent(this.#failedAt.get(edge))) return 'failing'
    if (!isRecent(this.#movedAt.get(edge))) return 'idle'
    return (meanMillis ?? 0) >= slowMillis.run ? 'slow' : 'ok'
  }
}
