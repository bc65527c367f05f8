import { Bench } from 'tinybench'

/** A case to measure. */
export type Case = () => unknown

/** Microseconds a run, by the names of the cases. */
export type Medians = Readonly<Record<string, number>>

/**
 * Runs cases in turn, round after round, so that other load of the machine affects all of them. Each runs equally often.
 *
 * @param iterations runs of each case in a round
 * @returns each case's median over the rounds, of its mean in each: a median of single runs would leave out the
 * collection of their garbage
 */
export const interleaved = async (
  cases: Readonly<Record<string, Case>>,
  iterations: number,
  rounds: number,
): Promise<Medians> => {
  const bench = new Bench({ iterations, time: 0, warmup: false, throws: true, subtractTimerOverhead: true })
  for (const [name, run] of Object.entries(cases)) bench.add(name, run, { async: true })
  const times = new Map<string, number[]>(Object.keys(cases).map((name) => [name, []]))
  for (let round = -2; round < rounds; round++) {
    bench.reset()
    await bench.run()
    if (round < 0) continue // the first two warm up
    for (const { name, result } of bench.tasks) {
      if ('latency' in result) times.get(name)?.push(result.latency.mean * 1000)
    }
  }
  return Object.fromEntries([...times].map(([name, all]) => [name, median(all)]))
}

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
