import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { type Medians, median, rotated } from './rounds.ts'
import type { Source } from './sources.ts'

/** A batch of one size through one contender. */
export interface Contest {
  readonly source: Source
  readonly contender: string
  readonly size: number
  /** Batches in a round. */
  readonly iterations: number
}

/**
 * Measures contenders in turn, round after round, each in a thread of its own: as in Lambda, the engine has then optimized its
 * code for this contender alone. In one thread a contender would pay for the types that the others passed through shared code.
 *
 * @returns microseconds a batch, by contender: each one's median over the rounds, of its mean in each
 */
export const interleavedIsolates = async (contests: readonly Contest[], rounds: number): Promise<Medians> => {
  const isolates: { readonly contest: Contest; readonly worker: Worker; readonly times: number[] }[] = []
  try {
    for (const contest of contests) {
      const worker = new Worker(new URL('./isolate-worker.ts', import.meta.url), { workerData: contest })
      isolates.push({ contest, worker, times: [] })
      // One after another: side by side, each would have only a part of a processor to warm up.
      await once(worker, 'message')
    }
    for (let round = 0; round < rounds; round++) {
      for (const { worker, times } of rotated(isolates, round)) {
        worker.postMessage('run')
        const [micros] = await once(worker, 'message')
        times.push(micros)
      }
    }
    return Object.fromEntries(isolates.map(({ contest, times }) => [contest.contender, median(times)]))
  } finally {
    await Promise.all(isolates.map(({ worker }) => worker.terminate()))
  }
}
