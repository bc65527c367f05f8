import { expect, test } from '@jest/globals'
import { action, FailCatastrophically, payload } from '@lpipe/core'
import { errorOf } from '@lpipe/core/middleware'
import { sqsEvent } from '@lpipe/testing'
import { run } from './run.ts'

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Runs one message through a path with these functions, each of which takes a turn of the event loop. */
const runAll = async (results: readonly (() => unknown)[]) => {
  const log: string[] = []
  const functions = results.map((result, index) => async () => {
    log.push(`${index} starts`)
    await turn()
    log.push(`${index} ends`)
    return result()
  })
  const next = async ({ from }: { readonly from: number }) => {
    log.push(`next of ${from} starts`)
    await turn()
    log.push(`next of ${from} ends`)
  }
  const paths = {
    WORK: [action({ functions: functions as never })],
    NEXT: [action({ functions: [next], requiredParams: ['from'] })],
  }
  const batch = await run({ paths, defaultPath: 'WORK' }, sqsEvent([{}]))
  const [message] = batch.received
  return { log, message }
}

const nothing = () => undefined

test('asynchronous functions run one after another', async () => {
  const { log, message } = await runAll([nothing, nothing, () => 'last'])
  expect(log).toEqual(['0 starts', '0 ends', '1 starts', '1 ends', '2 starts', '2 ends'])
  expect(message?.result).toEqual({ status: 'fulfilled', value: 'last' })
})

test('what they return runs to its end before the next one starts', async () => {
  const to = (from: number) => () => payload({ path: 'NEXT', kwargs: { from } })
  const { log } = await runAll([to(0), to(1)])
  const step = (name: string) => [`${name} starts`, `${name} ends`]
  expect(log).toEqual([...step('0'), ...step('next of 0'), ...step('1'), ...step('next of 1')])
})

test('after one that rejects none starts, and the message ends with its error', async () => {
  const error = new FailCatastrophically('no')
  const { log, message } = await runAll([() => Promise.reject(error), nothing])
  expect(log).toEqual(['0 starts', '0 ends'])
  expect(message && errorOf(message)).toBe(error)
  expect(message?.function).toMatch(/\S/)
})
