import { expect, test } from '@jest/globals'
import { decode, mustEqual, subjects } from '../src/decoding.ts'

test.each(Object.entries(subjects()))('%s: lpipe and the bare program find the same messages', (name, subject) => {
  mustEqual(name, subject.bare(subject.event), decode(subject))
})

test('a program that finds something else is not measured', () => {
  const bodies = Array.from({ length: 100 }, (_, id) => ({ id }))
  expect(() => mustEqual('it', bodies, [...bodies.slice(1), {}])).toThrow('did not find the same 100 messages')
  expect(() => mustEqual('it', [], [])).toThrow('did not find the same 100 messages')
})
