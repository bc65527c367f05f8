import { expect, test } from '@jest/globals'
import { copyOf } from '../../src/schema/copy.ts'

test('an object that others share is not copied for each way that leads to it', () => {
  let copies = 0
  const counted = {
    get id() {
      copies += 1
      return 1
    },
  }
  let shared: object = [counted]
  for (let level = 0; level < 20; level += 1) shared = { left: shared, right: [shared] } // a million ways
  const copy = copyOf({ shared }) as { shared: { left: object; right: readonly object[] } }
  expect(copies).toBeLessThan(600_000)
  expect(Object.keys(copy.shared)).toEqual(['left', 'right'])
  expect(copy.shared).not.toBe(shared)
})
