import { setTimeout } from 'node:timers'
import { expect, test } from '@jest/globals'
import { inVirtualTime, randomOf } from '@lpipe/simulation'

const pendingTimers = (): number => process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length

test('a timer that is not of the clock can be cleared in virtual time', async () => {
  const before = pendingTimers()
  await inVirtualTime(
    randomOf(1),
    () => undefined,
    async () => clearTimeout(setTimeout(() => undefined, 30_000)),
  )
  expect(pendingTimers()).toBe(before)
})
