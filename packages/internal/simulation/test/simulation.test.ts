import { expect, test } from '@jest/globals'
import { simulate } from '@lpipe/simulation'

const runs = Number(process.env['LPIPE_SIMULATION_RUNS'] ?? 500)
// The same runs each time: a change is to blame for a failure. The long run draws others.
const seed = Number(process.env['LPIPE_SIMULATION_SEED'] ?? 2026)

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
  180_000 + runs * 60,
)
