import { expect, test } from '@jest/globals'
import type { Call, State } from '@lpipe/core'
import { invoke, lambdaContext, sqsEvent } from '@lpipe/testing'
import { pipeline } from './run.ts'

const later = () => new Promise((resolve) => setImmediate(resolve))
const event = sqsEvent([{ id: 1 }, { id: 2 }])

test.each<[what: string, init: (state: State) => void | Promise<void>]>([
  ['a function', ({ values, context }) => void values.set('client', context.functionName)],
  // Returns the Map: middy would end the request with it.
  ['a function that returns a value', ({ values }) => values.set('client', 'test') as never],
  [
    'an asynchronous function',
    async ({ values }) => {
      await later()
      values.set('client', 'test')
    },
  ],
])('`init`, %s, runs once for each invocation, before its first message', async (_, init) => {
  const seen: unknown[] = []
  let calls = 0
  const handler = pipeline({
    call: (_kwargs: object, { state }: Call) => void seen.push(state.values.get('client')),
    init: (state: State) => {
      calls += 1
      expect(state.values.size).toBe(0)
      expect(seen).toHaveLength(2 * (calls - 1))
      return init(state)
    },
  })
  for (const _invocation of [1, 2]) await invoke(handler, event)
  expect(seen).toEqual(['test', 'test', 'test', 'test'])
  expect(calls).toBe(2)
})

test.each<[what: string, init: () => void | Promise<void>]>([
  [
    'throws',
    () => {
      throw new Error('no database')
    },
  ],
  ['rejects', () => Promise.reject(new Error('no database'))],
])('if `init` %s, no message runs and the invocation throws', async (_, init) => {
  const seen: unknown[] = []
  const handler = pipeline({ call: (kwargs: object) => void seen.push(kwargs), init })
  await expect(handler(event as never, lambdaContext() as never)).rejects.toThrow('no database')
  expect(seen).toEqual([])
})

test('if `init` does not finish, the invocation throws before its time is up', async () => {
  const seen: unknown[] = []
  const handler = pipeline({
    call: (kwargs: object) => void seen.push(kwargs),
    init: () => new Promise<void>(() => undefined),
  })
  const context = lambdaContext({ getRemainingTimeInMillis: () => 500 })
  await expect(handler(event as never, context as never)).rejects.toThrow('`init` did not finish in time')
  expect(seen).toEqual([])
}, 10_000)
