import { expect, test } from '@jest/globals'
import { payload, queue } from '@lpipe/core'
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
