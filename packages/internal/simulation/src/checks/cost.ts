import type { StandardSchema } from '@lpipe/core'
import { violate, type World } from '../world.ts'

/** Most processor time of one validation. The largest message takes 54 ms, and seconds more where the work is quadratic. */
const maxMillis = 2000

/** Returns a schema whose validations are timed by the processor: the clock of a run stands still meanwhile. */
export const withCost = (world: World, { '~standard': standard }: StandardSchema): StandardSchema => ({
  '~standard': {
    ...standard,
    validate: (value) => {
      // A run that is lost need not take longer.
      if (world.violation !== undefined) return { value }
      const before = process.cpuUsage()
      const result = standard.validate(value)
      const { user, system } = process.cpuUsage(before)
      const millis = Math.round((user + system) / 1000)
      if (millis > maxMillis) violate(world, 'cost', `a validation took ${millis} ms of processor time`)
      return result
    },
  },
})
