import { doneWork } from './work.ts'

/** @throws Error for a contender that skips work: it would be the fastest */
export const mustWork = async (name: string, run: () => unknown, size: number): Promise<void> => {
  const before = doneWork()
  const response = (await run()) as { batchItemFailures?: unknown[] } | undefined
  const least = (size * (size + 1)) / 2
  if (!(doneWork() - before >= least)) throw new Error(`${name} did not do the work of ${size} records`)
  if (response?.batchItemFailures?.length !== 0) throw new Error(`${name} responded ${JSON.stringify(response)}`)
}
