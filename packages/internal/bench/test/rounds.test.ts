import { expect, test } from '@jest/globals'
import { interleaved } from '../src/rounds.ts'

test('cases run in turn, in every round, each as often as the others', async () => {
  const ran: string[] = []
  const medians = await interleaved({ one: async () => ran.push('1'), other: async () => ran.push('2') }, 3, 2)
  expect(ran.join('')).toBe('111222222111'.repeat(2)) // two rounds to warm up, and two that count
  expect(Object.keys(medians)).toEqual(['one', 'other'])
})

test('a slow case takes longer', async () => {
  const busy = async () => {
    for (const end = performance.now() + 2; performance.now() < end; );
  }
  const { quick = 0, slow = 0 } = await interleaved({ quick: async () => undefined, slow: busy }, 2, 3)
  expect(slow).toBeGreaterThan(1990) // the timer's own time is subtracted
  expect(quick).toBeLessThan(slow)
})
