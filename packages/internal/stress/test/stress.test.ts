import { expect, test } from '@jest/globals'
import { stress } from '../src/stress.ts'
import { stressThreads } from '../src/threads.ts'

test('64 invocations at the same time end as they do alone', async () => {
  const { invocations, problems, counts } = await stress({ concurrency: 64, millis: 500 })
  expect(problems).toEqual([])
  expect(invocations).toBeGreaterThanOrEqual(128)
  for (const count of Object.values(counts)) expect(count).toBeGreaterThan(invocations)
})

test('also in worker threads', async () => {
  const reports = await stressThreads(2, { concurrency: 16, millis: 200 })
  expect(reports.map(({ problems }) => problems)).toEqual([[], []])
})
