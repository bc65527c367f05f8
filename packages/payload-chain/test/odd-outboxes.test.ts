import { afterEach, expect, jest, test } from '@jest/globals'
import { type Call, FailButContinue, type Message, payload, queue } from '@lpipe/core'
import { sqsEvent } from '@lpipe/testing'
import { outcomes, reasons, run, senderWith } from './pipeline.ts'

test.each<[what: string, open: () => unknown, says: string]>([
  [
    'throws',
    () => {
      throw new RangeError('odd')
    },
    'payloadChain: `open` of a sender threw RangeError: odd',
  ],
  ['returns nothing', () => undefined, 'payloadChain: `open` of a sender must return an outbox, received missing'],
  ['returns a promise', async () => ({}), 'payloadChain: `open` of a sender threw '],
])('a sender whose `open` %s fails the message, and says so', async (_, open, says) => {
  const to = queue({ type: 'own', name: 'q', sender: () => ({ ...senderWith({}), open }) as never })
  const messages = await run(sqsEvent([{}]), { call: () => payload({ queue: to }) })
  expect(outcomes(messages)).toEqual(['failed'])
  expect(reasons(messages)[0]).toContain(says)
})

test.each([null, undefined, 'text'])('an outbox that throws %p for a dead letter fails the message', async (thrown) => {
  const open = () => ({
    addDeadLetter: () => {
      throw thrown
    },
    commit: () => false,
    flush: async () => undefined,
    abandon: async () => undefined,
  })
  const deadLetter = queue({ type: 'own', name: 'dead', sender: () => ({ ...senderWith({}), open }) as never })
  const call = () => {
    throw new FailButContinue('gone')
  }
  const messages = await run(sqsEvent([{}]), { call, chain: { deadLetter } })
  expect(outcomes(messages)).toEqual(['failed'])
  expect(reasons(messages)[0]).toContain('could not make the dead letter: ')
})

afterEach(() => {
  jest.useRealTimers()
})

test('an outbox that does not end is abandoned before the response is due', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] })
  const open = () => ({
    add: () => undefined,
    commit: () => false,
    ready: () => undefined,
    flush: () => undefined,
    abandon: () => new Promise(() => undefined),
  })
  const to = queue({ type: 'own', name: 'q', sender: () => ({ ...senderWith({}), open }) as never })
  let isAbandoned = false
  const call = async (_: object, { state: { batch } }: Call) => {
    batch.chain?.send(batch.received[0] as Message, to, {})
    await batch.chain?.abandon()
    isAbandoned = true
  }
  const running = run(sqsEvent([{}]), { call, context: { getRemainingTimeInMillis: () => 1000 } })
  await jest.advanceTimersByTimeAsync(949)
  expect(isAbandoned).toBe(false)
  await jest.advanceTimersByTimeAsync(2)
  expect(isAbandoned).toBe(true)
  await running
})
