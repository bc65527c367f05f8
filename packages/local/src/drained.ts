import type { Activity } from './activity.ts'
import type { Mapping } from './mapping.ts'
import { pause } from './pause.ts'
import type { QueueCount } from './sqs-server.ts'

/** The options of `drained`. */
export interface DrainedOptions {
  /** maximum time to wait, in seconds; default: no limit */
  readonly timeoutSeconds?: number
}

/**
 * Returns a function that waits until nothing is left to do. That is so if, between two looks at the activity, nothing
 * began or ended, all queues (counted at one instant) were empty and all shards were read to their end: then no message
 * can be on its way from one to another.
 */
export const createDrained = (
  activity: Activity,
  mappings: readonly Mapping[],
  counts: () => Promise<ReadonlyMap<string, QueueCount>>,
  signal: AbortSignal,
) => {
  const mappedQueues = new Set(mappings.flatMap(({ queue }) => queue ?? []))

  /** Returns a text that says which work is left, or undefined if none is. */
  const remaining = async (): Promise<string | undefined> => {
    const { version } = activity
    const filled = [...(await counts())].filter(([queue, count]) => mappedQueues.has(queue) && totalOf(count) > 0)
    if (filled.length > 0) {
      return filled.map(([queue, count]) => `queue ${queue} holds ${totalOf(count)} messages`).join(', ')
    }
    if (activity.running > 0) return `${activity.running} batches or sends are in progress`
    if (!mappings.every(({ atEnd }) => atEnd(version))) return 'a stream has unread records'
    return activity.version === version ? undefined : 'something has just ended'
  }

  return async ({ timeoutSeconds = Number.POSITIVE_INFINITY }: DrainedOptions = {}): Promise<void> => {
    const deadline = performance.now() + timeoutSeconds * 1000
    for (;;) {
      if (signal.aborted) throw new Error('drained: the pipeline was stopped')
      const what = await remaining()
      if (what === undefined) return
      if (performance.now() > deadline) throw new Error(`drained: after ${timeoutSeconds} s, ${what}`)
      await pause(0.01, signal)
    }
  }
}

const totalOf = ({ visible, inFlight, delayed }: QueueCount): number => visible + inFlight + delayed
