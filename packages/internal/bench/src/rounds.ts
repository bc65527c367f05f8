import { Bench } from 'tinybench'

/** A case to measure. */
export type Case = () => unknown

/** Microseconds a run, by the names of the cases. */
export type Medians = Readonly<Record<string, number>>

/** Returns a list that begins with another element in each round, so that no case always follows the same one. */
export const rotated = <T>(list: readonly T[], round: number): T[] => {
  const first = round % Math.max(1, list.length)
  return [...list.slice(first), ...list.slice(0, first)]
}

/**
 * Runs cases in turn, round after round, so that other load of the machine affects all of them. Each runs equally often, and
 * each round begins with another one.
 *
 * @param iterations runs of each case in a round
 * @param warmups rounds in front that are not counted. Default: 2
 * @returns each case's median over the rounds, of its mean in each: a median of single runs would leave out the
 * collection of their garbage
 */
export const interleaved = async (
  cases: Readonly<Record<string, Case>>,
  iterations: number,
  rounds: number,
  warmups = 2,
): Promise<Medians> => {
  const bench = new Bench({ iterations, time: 0, warmup: false, throws: true, subtractTimerOverhead: true })
  for (const [name, run] of Object.entries(cases)) bench.add(name, run, { async: true })
  const times = new Map<string, number[]>(Object.keys(cases).map((name) => [name, []]))
  for (let round = -warmups; round < rounds; round++) {
    bench.reset()
    for (const task of rotated(bench.tasks, round + warmups)) await task.run()
    if (round < 0) continue
    for (const { name, result } of bench.tasks) {
      if ('latency' in result) times.get(name)?.push(result.latency.mean * 1000)
    }
  }
  return Object.fromEntries([...times].map(([name, all]) => [name, median(all)]))
}

export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
