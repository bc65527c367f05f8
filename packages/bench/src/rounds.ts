/** One thing to be measured. */
export type Case = () => unknown

/** Microseconds a run, by the names of the cases. */
export type Medians = Readonly<Record<string, number>>

/**
 * Runs cases in turn, round after round, so that whatever the machine is busy with meanwhile falls on all of them. Each
 * runs as often as the others.
 *
 * @param iterations runs of each case in a round
 * @returns each case's median over the rounds
 */
export const interleaved = async (
  cases: Readonly<Record<string, Case>>,
  iterations: number,
  rounds: number,
): Promise<Medians> => {
  const times = new Map<string, number[]>(Object.keys(cases).map((name) => [name, []]))
  for (let round = -2; round < rounds; round++) {
    for (const [name, run] of Object.entries(cases)) {
      const start = performance.now()
      for (let iteration = 0; iteration < iterations; iteration++) await run()
      const micros = ((performance.now() - start) / iterations) * 1000
      if (round >= 0) times.get(name)?.push(micros) // the first two warm up
    }
  }
  return Object.fromEntries([...times].map(([name, all]) => [name, median(all)]))
}

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
