import { describe, expect, test } from '@jest/globals'
import { FailCatastrophically } from '@lpipe/core'
import { reject, settle } from '@lpipe/core/middleware'
import { outboxWith, testSender, to } from './outbox-with.ts'

/** An outbox with an entry of each of two messages of one group. */
const opened = () => {
  const { sender, calls } = testSender()
  const setup = outboxWith({ groups: ['g', 'g', 'g'] })
  for (const index of [0, 1]) setup.outbox.add(setup.message(index), to, sender, { id: index })
  const succeed = (index: number) =>
    settle(setup.batch, setup.message(index), { status: 'fulfilled', value: undefined })
  return { ...setup, calls, succeed }
}

describe('commit() says whether something is sent', () => {
  test('if the message succeeded', async () => {
    const { outbox, message, succeed, calls } = opened()
    succeed(0)
    expect(outbox.commit(message(0))).toBe(true)
    expect(outbox.commit(message(0))).toBe(false) // it is sent once
    await outbox.flush()
    expect(calls).toHaveLength(1)
  })

  test('not if the message sends nothing', () => {
    const { outbox, message, succeed } = opened()
    succeed(2)
    expect(outbox.commit(message(2))).toBe(false)
  })

  test('not if the message, or an earlier one of its group, failed', async () => {
    const { batch, outbox, message, succeed, calls } = opened()
    reject(batch, message(0), new FailCatastrophically('later'))
    succeed(1)
    expect(outbox.commit(message(0))).toBe(false)
    expect(outbox.commit(message(1))).toBe(false)
    await outbox.flush()
    expect(calls).toEqual([])
  })
})
