import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { Deque } from '../../../src/outbox/delivery/deque.ts'

test('a deque does what an array does', () => {
  const command = fc.oneof(fc.integer(), fc.constantFrom('shift', 'peek', 'drain'))
  fc.assert(
    fc.property(fc.array(command, { maxLength: 200 }), (commands) => {
      const deque = new Deque<number>()
      const array: number[] = []
      for (const one of commands) {
        if (typeof one === 'number') {
          deque.push(one)
          array.push(one)
        } else if (one === 'shift') {
          expect(deque.shift()).toBe(array.shift())
        } else if (one === 'peek') {
          expect(deque.peek()).toBe(array[0])
        } else {
          expect(deque.drain()).toEqual(array.splice(0))
        }
        expect(deque.size).toBe(array.length)
      }
    }),
  )
})
