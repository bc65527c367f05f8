import { expect, test } from '@jest/globals'
import { simulate } from '@lpipe/simulation'

const runs = Number(process.env['LPIPE_SIMULATION_RUNS'] ?? 500)
const given = process.env['LPIPE_SIMULATION_SEED']
const seed = given === undefined ? (Math.random() * 2 ** 31) | 0 : Number(given)

test(
  `${runs} random runs, seed ${seed}`,
  async () => {
    const { failure, stats, runs: ran } = await simulate({ runs, seed })
    if (failure !== undefined) {
      throw new Error(
        `${failure.message}\nRun it again: pnpm simulate --seed ${seed} --path ${failure.path}\n${JSON.stringify(failure.scenario)}`,
      )
    }
    expect(ran).toBe(runs)
    // A simulation in which nothing happens shows nothing.
    for (const [name, count] of Object.entries(stats)) expect([name, count > runs / 100]).toEqual([name, true])
  },
  60_000 + runs * 60,
)
