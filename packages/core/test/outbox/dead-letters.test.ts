import { describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError } from '@lpipe/core'
import type { SendFailure } from '@lpipe/core/outbox'
import { busy, outboxWith, outcomes, testSender, to, type Wire, wrong } from './outbox-with.ts'

interface Sized {
  readonly size: number
}

/** Sends one of several letters, the largest first, and returns what the sender received. */
const sendOneOf = async (
  letters: readonly Sized[],
  answer: (size: number, call: number) => SendFailure | undefined,
  beforePrepare = () => {},
) => {
  const wires: Wire[] = []
  const { sender } = testSender(undefined, {
    maxBytes: 100,
    prepare: (entry) => {
      beforePrepare()
      return testSender().sender.prepare(entry)
    },
    send: async (_, sent) => {
      wires.push(...sent)
      return sent.map(({ body }) => answer((body as Sized).size, wires.length))
    },
  })
  const { outbox, message, batch } = outboxWith()
  batch.received.forEach((one) => {
    one.result = { status: 'rejected', reason: 'dropped' }
  })
  batch.use({ classify: (error) => (error === 'dropped' ? 'dropped' : 'failed') })
  outbox.addDeadLetter(message(0), to, sender, letters)
  outbox.commit(message(0))
  await outbox.flush()
  return {
    sizes: wires.map(({ body }) => (body as Sized).size),
    keys: wires.map((one) => one.deduplicationKey),
    batch,
  }
}

const accepted = () => undefined

describe('a dead letter', () => {
  test('is the first that is small enough', async () => {
    const { sizes, batch } = await sendOneOf([{ size: 101 }, { size: 100 }, { size: 99 }], accepted)
    expect(sizes).toEqual([100])
    expect(outcomes(batch)).toEqual(['dropped'])
  })

  test('has the same deduplication key, whichever of its sizes is sent', async () => {
    const { keys } = await sendOneOf([{ size: 50 }], accepted)
    expect((await sendOneOf([{ size: 101 }, { size: 50 }], accepted)).keys).toEqual(keys)
    expect((await sendOneOf([{ size: 60 }], accepted)).keys).toEqual(keys)
  })

  test('of which none is small enough is not sent', async () => {
    await expect(sendOneOf([{ size: 102 }, { size: 101 }], accepted)).rejects.toThrow('the message has 101 bytes')
    await expect(sendOneOf([], accepted)).rejects.toThrow('cannot send to test q: there is no dead letter')
  })

  test('is not replaced by a smaller one because its sender fails', async () => {
    let calls = 0
    const failOnce = () => {
      calls += 1
      if (calls === 1) throw new Error('not ready')
    }
    await expect(sendOneOf([{ size: 100 }, { size: 50 }], accepted, failOnce)).rejects.toThrow('Error: not ready')
  })

  test('that the queue refuses is sent again, smaller, as often as necessary', async () => {
    const { sizes, keys, batch } = await sendOneOf([{ size: 100 }, { size: 80 }, { size: 60 }, { size: 40 }], (size) =>
      size > 60 ? wrong : undefined,
    )
    expect(sizes).toEqual([100, 80, 60])
    expect(new Set(keys).size).toBe(1)
    expect(outcomes(batch)).toEqual(['dropped'])
    expect(batch.sendCounters).toEqual({ sent: 1, failed: 0, calls: 3 })
  })

  test('whose call the service refuses is sent again, smaller', async () => {
    const refused = Object.assign(new Error('refused'), { name: 'InvalidMessageContents', $fault: 'client' })
    const { sizes, batch } = await sendOneOf([{ size: 100 }, { size: 80 }], (size) => {
      if (size > 80) throw refused
      return undefined
    })
    expect(sizes).toEqual([100, 80])
    expect(outcomes(batch)).toEqual(['dropped'])
  })

  test.each([
    ['an SDK that is not installed', new InvalidConfigurationError('install it')],
    ['a region that is missing', new Error('Region is missing')],
    ['a right that is missing', Object.assign(new Error('denied'), { name: 'AccessDenied', $fault: 'client' })],
  ])('is sent once if its queue cannot be reached: %s', async (_, error) => {
    const { sizes, batch } = await sendOneOf([{ size: 100 }, { size: 80 }], () => {
      throw error
    })
    expect(sizes).toEqual([100])
    expect(outcomes(batch)).toEqual(['failed'])
  })

  test('is sent once if its sender promises the answer, because it may have been accepted', async () => {
    const { sizes, batch } = await sendOneOf([{ size: 100 }, { size: 80 }], () => Promise.resolve() as never)
    expect(sizes).toEqual([100])
    expect(outcomes(batch)).toEqual(['failed'])
  })

  test('is sent again as it is if a retry may help', async () => {
    const { sizes, batch } = await sendOneOf([{ size: 100 }, { size: 80 }], (_, call) => (call < 3 ? busy : undefined))
    expect(sizes).toEqual([100, 100, 100])
    expect(outcomes(batch)).toEqual(['dropped'])
  })

  test('that the queue refuses in all sizes fails its message', async () => {
    const { sizes, batch } = await sendOneOf([{ size: 100 }, { size: 80 }], () => wrong)
    expect(sizes).toEqual([100, 80])
    expect(outcomes(batch)).toEqual(['failed'])
    expect(batch.sendCounters).toEqual({ sent: 0, failed: 1, calls: 2 })
  })
})
