import { forFifo, forKinesis, forSqs, withSchema } from './contenders.ts'
import { interleaved, type Medians } from './rounds.ts'
import { compared } from './table.ts'
import { context, doneWork, fifo, kinesis, sqs } from './work.ts'

const sizes = [1, 10, 100, 10_000]

/** Records in a round of one case. */
const recordsOfRound = 5_000

const sources = {
  SQS: { contenders: forSqs, event: sqs },
  'SQS FIFO': { contenders: forFifo, event: fifo },
  Kinesis: { contenders: forKinesis, event: kinesis },
  'SQS with a schema': { contenders: withSchema, event: sqs },
}

/** Microseconds a batch, by source, size and contender. */
export const batches = async (rounds: number) => {
  const results: Record<string, Record<string, Medians>> = {}
  const tables: string[] = []
  for (const [source, { contenders, event }] of Object.entries(sources)) {
    const columns: Record<string, Medians> = {}
    for (const size of sizes) {
      const batch = event(size)
      const called = context()
      const cases = Object.fromEntries(
        Object.entries(contenders()).map(([name, handler]) => [name, () => handler(batch as never, called as never)]),
      )
      for (const [name, run] of Object.entries(cases)) await mustWork(name, run, size)
      columns[`${size}`] = await interleaved(cases, Math.max(1, recordsOfRound / size), rounds)
    }
    results[source] = columns
    tables.push(compared(`${source}: µs a batch of`, columns))
  }
  return { results, text: tables.join('\n\n') }
}

/** @throws Error for a contender that skips work: it would be the fastest */
export const mustWork = async (name: string, run: () => unknown, size: number): Promise<void> => {
  const before = doneWork()
  const response = (await run()) as { batchItemFailures?: unknown[] } | undefined
  const least = (size * (size + 1)) / 2
  if (!(doneWork() - before >= least)) throw new Error(`${name} did not do the work of ${size} records`)
  if (response?.batchItemFailures?.length !== 0) throw new Error(`${name} responded ${JSON.stringify(response)}`)
}
