import { expect, test } from '@jest/globals'
import { simulate } from '@lpipe/simulation'

const runs = Number(process.env['LPIPE_SIMULATION_RUNS'] ?? 3000)
const given = process.env['LPIPE_SIMULATION_SEED']
const seed = given === undefined ? (Math.random() * 2 ** 31) | 0 : Number(given)

test(
  `${runs} random runs, seed ${seed}`,
  async () => {
    const { failure, tally, runs: ran } = await simulate({ runs, seed })
    if (failure !== undefined) {
      throw new Error(
        `${failure.message}\nagain: npm run simulate -- --seed ${seed} --path ${failure.path}\n${JSON.stringify(failure.scenario)}`,
      )
    }
    expect(ran).toBe(runs)
    // A simulation in which nothing happens shows nothing.
    for (const [what, count] of Object.entries(tally)) expect([what, count > runs / 100]).toEqual([what, true])
  },
  60_000 + runs * 60,
)
