import { describe, expect, test } from '@jest/globals'
import type { Sender } from '@lpipe/core'
import { defineSender } from '@lpipe/core/outbox'
import { invoke, memoryLogger, memoryQueue, silentLogger, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { action, FailCatastrophically, type LpipeOptions, lpipe, queue } from 'lpipe-preset'

const retryAfter = (retryAfterSeconds: number) => () => {
  throw new FailCatastrophically('later', { retryAfterSeconds })
}
const event = sqsEvent([{ path: 'A', kwargs: {} }])
const failure = { batchItemFailures: [{ itemIdentifier: 'message-0' }] }

/** A queue whose sender can postpone messages, as that of SQS can. */
const postponing = () => {
  const postponed: unknown[] = []
  const sender = {
    ...defineSender({
      maxEntries: 1,
      maxBytes: 1000,
      prepare: ({ body }) => ({ wire: body, size: body.length }),
      send: async () => [undefined],
    }),
    remove: async () => [],
    postpone: async (seconds: ReadonlyMap<{ readonly id: string | undefined }, number>) => {
      for (const [{ id }, delay] of seconds) postponed.push([id, delay])
      return []
    },
  } as Sender<string>
  return { postponed, sender, queue: queue({ type: 'mine', name: 'x', sender: () => sender }) }
}

describe('`retryAfterSeconds` of an error works without the option `sqs` if a queue of the graph can postpone', () => {
  type Made = ReturnType<typeof postponing>
  const A = [retryAfter(7)]

  test.each<[where: string, options: (made: Made) => LpipeOptions]>([
    [
      'in `queues` of an action',
      ({ queue: to }) => ({ paths: { A, B: [action({ queues: [to], includeAllParams: true })] } }),
    ],
    [
      'in `paths` of an action',
      ({ queue: to }) => ({ paths: { A, B: [action({ paths: [to], includeAllParams: true })] } }),
    ],
    ['the dead-letter queue', ({ queue: to }) => ({ paths: { A }, deadLetter: to })],
    ['in `senders`', ({ sender }) => ({ paths: { A }, senders: { mine: sender } })],
  ])('%s', async (_, optionsFor) => {
    const made = postponing()
    const logger = memoryLogger()
    const handler = middy().use(lpipe({ logger, ...optionsFor(made) }))
    expect(await invoke(handler, event)).toEqual(failure)
    expect(made.postponed).toEqual([['message-0', 7]])
    expect(logger.lines.filter(({ level }) => level === 'warn')).toEqual([])
  })

  test('a day is shortened to what SQS takes', async () => {
    const made = postponing()
    const paths = { A: [retryAfter(86_400)] }
    await invoke(middy().use(lpipe({ paths, deadLetter: made.queue, logger: silentLogger() })), event)
    const [[, seconds] = []] = made.postponed as [string, number][]
    expect(seconds).toBeGreaterThan(42_000)
    expect(seconds).toBeLessThanOrEqual(43_200 - 300)
  })

  test('the option precedes it', async () => {
    const [own, other] = [postponing(), postponing()]
    const sqs = own.sender as never
    await invoke(middy().use(lpipe({ paths: { A }, deadLetter: other.queue, sqs, logger: silentLogger() })), event)
    expect([own.postponed, other.postponed]).toEqual([[['message-0', 7]], []])
  })

  test('otherwise the warning names the option', async () => {
    const logger = memoryLogger()
    const options = { paths: { A }, deadLetter: memoryQueue().queue, logger }
    expect(await invoke(middy().use(lpipe(options)), event)).toEqual(failure)
    expect(logger.lines).toContainEqual({
      level: 'warn',
      message:
        "an error's `retryAfterSeconds` was ignored: retry delays require the `sqs` option, for example `sqs: queueSqs()`",
      fields: {},
    })
  })

  test('an SQS queue of the preset is one, and no client is made for it before it is called', () => {
    const to = queue({ type: 'sqs', name: 'parcels' })
    const paths = { A: [action({ queues: [to], includeAllParams: true })] }
    expect(() => lpipe({ paths, retryDelaySeconds: 5 })).not.toThrow()
    expect(() => lpipe({ paths, partialFailures: 'delete' })).not.toThrow()
  })

  test('a factory that throws is not the end of lpipe()', () => {
    const broken = queue({
      type: 'mine',
      name: 'x',
      sender: () => {
        throw new Error('x')
      },
    })
    expect(() => lpipe({ paths: { A: [action({ queues: [broken], includeAllParams: true })] } })).not.toThrow()
  })
})
