import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { StressOptions, StressReport } from './stress.ts'

/** Runs the stress test in several worker threads at the same time. */
export const stressThreads = (threads: number, options: StressOptions): Promise<StressReport[]> =>
  Promise.all(
    Array.from({ length: threads }, async () => {
      const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: options })
      const [report] = await once(worker, 'message')
      return report as StressReport
    }),
  )
