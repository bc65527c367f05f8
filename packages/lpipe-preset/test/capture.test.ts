import { describe, expect, jest, test } from '@jest/globals'
import { openBatch, type SourceQueue } from '@lpipe/core/middleware'
import { invoke, memoryLogger, silentLogger, sqsEvent } from '@lpipe/testing'
import middy, { type MiddlewareObj } from '@middy/core'
import { FailCatastrophically, lpipe } from 'lpipe-preset'
import { timeOver } from '../../core/test/batch-with.ts'

const fail = ({ id }: { readonly id: number }): void => {
  if (id === 1) throw new FailCatastrophically('one')
}
const event = sqsEvent([{ id: 0 }, { id: 1 }])
const answer = { batchItemFailures: [{ itemIdentifier: 'message-1' }] }

describe('capture', () => {
  test('is awaited', async () => {
    const captured: string[] = []
    const capture = async (error: unknown) => {
      await Promise.resolve()
      captured.push(String(error))
    }
    expect(await invoke(middy().use(lpipe({ call: fail, capture, logger: silentLogger() })), event)).toEqual(answer)
    expect(captured).toEqual(['FailCatastrophically: one'])
  })

  test('is called also if a middleware after lpipe throws', async () => {
    const captured: string[] = []
    const capture = (error: unknown) => captured.push(String(error))
    const broken: MiddlewareObj = {
      after: () => {
        throw new Error('broken')
      },
    }
    const handler = middy().use([broken, ...lpipe({ call: fail, capture, logger: silentLogger() })])
    await expect(invoke(handler, event)).rejects.toThrow('broken')
    expect(captured).toEqual(['FailCatastrophically: one'])
  })

  test('is called with at most 10 errors at the same time', async () => {
    let running = 0
    let most = 0
    const capture = async () => {
      running += 1
      most = Math.max(most, running)
      await new Promise(setImmediate)
      running -= 1
    }
    const handler = middy().use(lpipe({ call: fail, capture, logger: silentLogger() }))
    await invoke(handler, sqsEvent(Array.from({ length: 100 }, () => ({ id: 1 }))))
    expect([most, running]).toEqual([10, 0])
  })

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('no capture')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no capture'))],
  ])('that %s is logged, and changes no response', async (_, capture) => {
    const logger = memoryLogger()
    expect(await invoke(middy().use(lpipe({ call: fail, capture, logger })), event)).toEqual(answer)
    expect(logger.lines.map(({ message }) => message)).toContain('the `capture` callback failed')
  })

  test('that hangs is awaited for at most 2 seconds, and the rest is counted in the log', async () => {
    const logger = memoryLogger()
    const capture = () => new Promise(() => undefined)
    const timers = jest.spyOn(globalThis, 'setTimeout')
    const handler = middy().use(lpipe({ call: fail, capture, logger }))
    await invoke(handler, sqsEvent(Array.from({ length: 30 }, () => ({ id: 1 }))))
    // The others are the deadline of the invocation.
    const waits = timers.mock.calls.map(([, millis]) => Number(millis)).filter((millis) => millis < 20_000)
    timers.mockRestore()
    expect(waits.length).toBeGreaterThan(0)
    expect(Math.max(...waits)).toBeLessThanOrEqual(2000)
    const warnings = logger.lines.filter(({ level }) => level === 'warn')
    expect(warnings.map(({ message }) => message)).toEqual([
      'the `capture` callback did not finish in time',
      '`capture` was not called with 20 more errors',
    ])
  })

  test('that never ends does not delay the response past the deadline', async () => {
    const isOver = timeOver(1000)
    const deadline = performance.now() + 1000
    const getRemainingTimeInMillis = () => deadline - performance.now()
    const capture = () => new Promise(() => undefined)
    const handler = middy().use(lpipe({ call: fail, capture, logger: silentLogger() }))
    expect(await invoke(handler, event, { getRemainingTimeInMillis })).toEqual(answer)
    expect(isOver()).toBe(false)
  })
})

describe('background work', () => {
  const withWork = (done: string[], work: () => Promise<unknown>): MiddlewareObj => ({
    before: (request) => {
      const batch = openBatch(request)
      batch.use({
        finish: () => {
          done.push(`finish: ${batch.received.map(({ outcome }) => outcome).join()}`)
          batch.waitUntil(work())
        },
      })
    },
  })

  test.each(['before', 'after'])('runs when all outcomes are final, and is awaited (%s lpipe)', async (place) => {
    const done: string[] = []
    const work = async (): Promise<void> => {
      await new Promise(setImmediate)
      done.push('work')
    }
    const sqs: SourceQueue = { remove: async () => [], postpone: async () => [] }
    const pipeline = lpipe({
      call: fail,
      logger: silentLogger(),
      partialFailures: 'delete',
      retryDelaySeconds: 5,
      sqs,
    })
    const own = withWork(done, work)
    const handler = middy().use(place === 'before' ? [own, ...pipeline] : [...pipeline, own])
    await expect(invoke(handler, event)).rejects.toThrow('one')
    expect(done).toEqual(['finish: succeeded,failed', 'work'])
  })

  test('that rejects is logged, and changes no response', async () => {
    const logger = memoryLogger()
    const own = withWork([], () => Promise.reject(new Error('no work')))
    expect(await invoke(middy().use([own, ...lpipe({ call: fail, logger })]), event)).toEqual(answer)
    expect(logger.lines.map(({ message }) => message)).toContain('background work failed')
  })
})
