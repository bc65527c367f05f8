import type { Activity } from './activity.ts'
import type { Mapping } from './mapping.ts'
import { pause } from './pause.ts'
import type { QueueCount } from './sqs-server.ts'

export interface DrainedOptions {
  /** seconds to wait at most; default endless */
  readonly timeoutSeconds?: number
}

/**
 * Waits until there is nothing more to do: nothing began or ended between two looks at the activity, and in between all
 * queues, counted at one instant, were empty, and all shards had been read to their end. Then no message can be on its
 * way from one to another.
 */
export const makeDrained = (
  activity: Activity,
  mappings: readonly Mapping[],
  counts: () => Promise<ReadonlyMap<string, QueueCount>>,
  signal: AbortSignal,
) => {
  const fed = new Set(mappings.flatMap(({ queue }) => queue ?? []))

  /** What is still to be done, in words; nothing if all is. */
  const remains = async (): Promise<string | undefined> => {
    const { version } = activity
    const left = [...(await counts())].filter(([queue, count]) => fed.has(queue) && totalOf(count) > 0)
    if (left.length > 0) return left.map(([queue, count]) => `${queue} holds ${totalOf(count)} messages`).join(', ')
    if (activity.running > 0) return `${activity.running} batches or sends are under way`
    if (!mappings.every(({ atEnd }) => atEnd(version))) return 'a stream was not read to its end'
    return activity.version === version ? undefined : 'something has just ended'
  }

  return async ({ timeoutSeconds = Number.POSITIVE_INFINITY }: DrainedOptions = {}): Promise<void> => {
    const deadline = performance.now() + timeoutSeconds * 1000
    for (;;) {
      if (signal.aborted) throw new Error('drained: the pipeline was stopped')
      const what = await remains()
      if (what === undefined) return
      if (performance.now() > deadline) throw new Error(`drained: after ${timeoutSeconds} s ${what}`)
      await pause(0.01, signal)
    }
  }
}

const totalOf = ({ visible, inFlight, delayed }: QueueCount): number => visible + inFlight + delayed
