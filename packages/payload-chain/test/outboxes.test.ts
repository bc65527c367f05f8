import { expect, test } from '@jest/globals'
import { payload, queue } from '@lpipe/core'
import type { OpenOutbox } from '@lpipe/core/middleware'
import { sqsEvent } from '@lpipe/testing'
import { outcomes, reasons, run, senderWith } from './pipeline.ts'

/** A queue whose sender counts how often its outbox is loaded and opened, and what is sent. */
const counted = (load: (loads: number, own: () => Promise<OpenOutbox>) => Promise<OpenOutbox>) => {
  const counts = { loads: 0, opened: 0, sent: [] as unknown[] }
  const made = senderWith({
    send: async (_, wires) => {
      counts.sent.push(...wires)
      return wires.map(() => undefined)
    },
  })
  const own = async (): Promise<OpenOutbox> => {
    const open = await made.loadOutbox()
    return (...args) => {
      counts.opened += 1
      return open(...args)
    }
  }
  const loadOutbox = (): Promise<OpenOutbox> => {
    counts.loads += 1
    return load(counts.loads, own)
  }
  const sender = { ...made, loadOutbox }
  return { counts, to: queue({ type: 'own', name: 'q', sender: () => sender }) }
}

test('messages that wait for the outbox at once share it', async () => {
  const { counts, to } = counted((_, own) => own())
  const call = (kwargs: object) => payload({ queue: to, kwargs })
  const messages = await run(sqsEvent([{ n: 0 }, { n: 1 }, { n: 2 }]), { call, router: { concurrency: 3 } })
  expect(outcomes(messages)).toEqual(['succeeded', 'succeeded', 'succeeded'])
  expect(counts.opened).toBe(1)
  expect(counts.sent).toHaveLength(3)
})

test('an outbox that could not be loaded is loaded again for the next message', async () => {
  const { counts, to } = counted((loads, own) => (loads === 1 ? Promise.reject(new Error('no such file')) : own()))
  const call = (kwargs: object) => payload({ queue: to, kwargs })
  const messages = await run(sqsEvent([{ n: 0 }, { n: 1 }, { n: 2 }]), { call })
  expect(outcomes(messages)).toEqual(['failed', 'succeeded', 'succeeded'])
  expect(reasons(messages)[0]).toContain('`loadOutbox` of a sender threw Error: no such file')
  expect(counts).toMatchObject({ loads: 2, opened: 1 })
  expect(counts.sent).toHaveLength(2)
})

test('an outbox that is never loaded fails the messages that wait for it, before the time is up', async () => {
  const { to } = counted(() => new Promise(() => undefined))
  const call = (kwargs: object) => payload({ queue: to, kwargs })
  const context = { getRemainingTimeInMillis: () => 100 }
  const messages = await run(sqsEvent([{ n: 0 }, { n: 1 }]), { call, context })
  expect(outcomes(messages)).toEqual(['failed', 'failed'])
})
