import { expect, jest, test } from '@jest/globals'
import type { Invocation } from '@lpipe/local/tools'
import type { Build } from '../src/build/build.ts'
import { InvocationError, plainError } from '../src/lambdas/invocation-error.ts'
import { createLambda } from '../src/lambdas/lambda.ts'
import type { LambdaProcess } from '../src/lambdas/process.ts'

const build: Build = { entry: '', outdir: '', inputs: [], sourcesOf: () => new Set() }
const invocation: Invocation = { functionName: 'orders', requestId: 'r', event: { Records: [] } } as never
const missing = new InvocationError('failed', plainError('Error', 'no database'))

/** A process that cannot import its modules as long as something is missing. */
const processThat = (imports: () => boolean): LambdaProcess => {
  const loaded = imports() ? Promise.resolve() : Promise.reject(missing)
  loaded.catch(() => undefined)
  return {
    pid: 1,
    startedAt: 0,
    loaded,
    files: new Set(),
    memoryBytes: 0,
    invocations: 0,
    isEnding: false,
    ended: new Promise(() => undefined),
    invoke: async () => 'done',
    kill: async () => undefined,
  }
}

test('a Lambda that cannot be imported at the start is tried again while a message waits for it', async () => {
  let isThere = false
  let attempts = 0
  const start = () => {
    attempts += 1
    return processThat(() => isThere)
  }
  const onRecovered = jest.fn()
  const lambda = createLambda({ name: 'orders', timeout: 3, start, onRecovered })
  expect(await lambda.use(build)).toEqual(missing.captured)
  expect(lambda.status()).toMatchObject({ state: 'broken', problem: 'Error: no database' })
  await expect(lambda.runAlone(invocation, start)).rejects.toThrow('Error: no database')

  const run = lambda.run(invocation, () => undefined)
  isThere = true
  expect(await run).toBe('done')
  expect(attempts).toBe(2)
  expect(onRecovered).toHaveBeenCalledTimes(1)
  expect(lambda.status()).toMatchObject({ state: 'ready' })
})

test('a Lambda that is closed is not tried again', async () => {
  const start = jest.fn(() => processThat(() => false))
  const lambda = createLambda({ name: 'orders', timeout: 3, start, onRecovered: () => undefined })
  await lambda.use(build)
  const run = lambda.run(invocation, () => undefined)
  await lambda.close()
  await expect(run).rejects.toThrow('function orders was stopped')
  expect(start).toHaveBeenCalledTimes(1)
})
