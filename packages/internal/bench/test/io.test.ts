import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { contenders, eventOf, startCalling, type Work } from '../src/io.ts'
import { mustWork } from '../src/must-work.ts'
import { context } from '../src/work.ts'

let calling: Work
let stop: () => Promise<void>

beforeAll(async () => {
  ;({ calling, stop } = await startCalling())
})

afterAll(async () => {
  await stop()
})

describe.each([
  ['a standard queue', undefined],
  ['a FIFO queue with 2 groups', 2],
])('of %s', (_, groups) => {
  const isFifo = groups !== undefined
  const names = Object.keys(contenders(async () => undefined, isFifo))

  test.each(names)('%s calls the server for every record', async (name) => {
    const handler = contenders((job) => calling(job), isFifo)[name]
    await mustWork(name, () => handler?.(eventOf(5, groups), context() as never), 5)
  })
})

test('messages of two groups wait at the same time, and no more', async () => {
  let running = 0
  let most = 0
  const observed: Work = async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setImmediate(resolve))
    running -= 1
  }
  await contenders(observed, true)['lpipe, concurrency 10']?.(eventOf(8, 2), context() as never)
  expect(most).toBe(2)
})
