import { join } from 'node:path'
import { freshRounds, programs, runFresh } from './processes.ts'
import { median } from './rounds.ts'
import { table } from './table.ts'

const contenders = [
  'a bare loop',
  'Promise.allSettled',
  'middy + sqs-partial-batch-failure',
  'Powertools batch',
  'lpipe, paths',
]

interface Memory {
  readonly peak: number
  readonly kept: readonly number[]
}

const megabytes = (bytes: number): string => (bytes / 2 ** 20).toFixed(1)

/** The peak memory of a process that runs batches of 10,000, and the growth of its heap over 200,000 records. */
export const memory = async (rounds: number) => {
  const program = join(programs, 'time-memory.ts')
  const measure = (size: number, total: number, collected: 'no' | 'collected') => (name: string) =>
    runFresh<Memory>(['--expose-gc', program, name, String(size), String(total), collected])
  // A collection that is forced between batches would hide what a batch keeps.
  const peaks = await freshRounds(contenders, rounds, measure(10_000, 100_000, 'no'))
  const growth = await freshRounds(contenders, 1, measure(10, 200_000, 'collected'))
  const results = Object.fromEntries(
    contenders.map((name) => {
      const kept = growth.get(name)?.[0]?.kept ?? []
      const half = kept.length >> 1
      return [
        name,
        {
          peak: median((peaks.get(name) ?? []).map(({ peak }) => peak)),
          grown: (kept.at(-1) ?? 0) - (kept[half] ?? 0),
        },
      ]
    }),
  )
  const base = results['a bare loop']?.peak ?? 1
  const text = table([
    ['memory', 'peak, MiB', 'to the bare loop', 'heap grown by, MiB'],
    ...Object.entries(results).map(([name, { peak, grown }]) => [
      name,
      megabytes(peak),
      `${(peak / base).toFixed(2)}x`,
      megabytes(grown),
    ]),
  ])
  return { results, text }
}
