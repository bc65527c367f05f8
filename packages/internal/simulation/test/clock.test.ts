import { setTimeout } from 'node:timers'
import { expect, test } from '@jest/globals'
import { inVirtualTime, randomOf } from '@lpipe/simulation'

test('a timer that is not of the clock can be cleared in virtual time', async () => {
  const timer = setTimeout(() => undefined, 30_000)
  try {
    await inVirtualTime(
      randomOf(1),
      () => undefined,
      async () => clearTimeout(timer),
    )
    expect(timer).toHaveProperty('_destroyed', true) // the only sign of it that Node gives
  } finally {
    timer[Symbol.dispose]()
  }
})
