import { expect, test } from '@jest/globals'
import { payload, queue } from '@lpipe/core'
import { sqsEvent } from '@lpipe/testing'
import { outcomes, run, senderWith } from './pipeline.ts'

test('a queue is checked by its sender once, whatever is sent to it', async () => {
  const checked: unknown[] = []
  const own = senderWith({ checkQueue: (one) => void checked.push(one) })
  const queues = ['a', 'b'].map((name) => queue({ type: 'own', name }))
  const messages = await run(sqsEvent([1, 2, 3].map((id) => ({ id }))), {
    call: () => queues.map((to) => payload({ queue: to })),
    chain: { senders: { own } },
  })
  expect(outcomes(messages)).toEqual(['succeeded', 'succeeded', 'succeeded'])
  expect(checked).toEqual(queues)
})
