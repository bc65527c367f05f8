import { interleavedIsolates } from './isolates.ts'
import type { Medians } from './rounds.ts'
import { type Source, sources } from './sources.ts'
import { compared } from './table.ts'

const sizes = [1, 10, 100, 10_000]

/** Records in a round of one contender. */
const recordsOfRound = 5_000

/** Microseconds a batch of one size, by the names of the contenders. */
export const microsOf = (
  source: Source,
  size: number,
  rounds: number,
  contenders: readonly string[] = Object.keys(sources[source].contenders()),
): Promise<Medians> => {
  const iterations = Math.max(1, recordsOfRound / size)
  return interleavedIsolates(
    contenders.map((contender) => ({ source, contender, size, iterations })),
    rounds,
  )
}

/** Microseconds a batch, by source, size and contender. */
export const batches = async (rounds: number) => {
  const results: Record<string, Record<string, Medians>> = {}
  const tables: string[] = []
  for (const source of Object.keys(sources) as Source[]) {
    const columns: Record<string, Medians> = {}
    for (const size of sizes) columns[`${size}`] = await microsOf(source, size, rounds)
    results[source] = columns
    tables.push(compared(`${source}: µs a batch of`, columns))
  }
  return { results, text: tables.join('\n\n') }
}
