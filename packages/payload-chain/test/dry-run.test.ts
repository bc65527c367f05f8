import { expect, test } from '@jest/globals'
import { FailButContinue, payload } from '@lpipe/core'
import { dryRunContext } from '@lpipe/core/middleware'
import type { Entry } from '@lpipe/core/outbox'
import { lambdaContext, memoryQueue, sqsEvent } from '@lpipe/testing'
import { outcomes, reasons, run } from './pipeline.ts'

const dryRun = () => {
  const entries: Entry[] = []
  const context = dryRunContext(lambdaContext(), { onSend: (entry) => void entries.push(entry) })
  return { context, sends: () => entries.map(({ queue, body }) => [queue.name, JSON.parse(body)]) }
}

test('a dry run sends nothing: entries and dead letters are checked as always, then captured', async () => {
  const out = memoryQueue({ name: 'out', maxBytes: 500 })
  const dead = memoryQueue({ name: 'dead' })
  const call = ({ id }: { id: number }) => {
    if (id === 2) throw new FailButContinue('enough')
    return payload({ queue: out.queue, kwargs: { id, text: 'x'.repeat(id === 3 ? 1000 : 1) } })
  }
  const { context, sends } = dryRun()
  const event = sqsEvent([{ id: 1 }, { id: 2 }, { id: 3 }])
  const messages = await run(event, { call, chain: { deadLetter: dead.queue }, context })
  expect(outcomes(messages)).toEqual(['succeeded', 'dropped', 'failed'])
  expect(reasons(messages)[2]).toMatch(/the message has 10\d\d bytes, and the limit is 500/)
  expect([out.sent, out.calls, dead.sent, dead.calls]).toEqual([[], [], [], []])
  expect(sends()).toEqual([
    ['out', { id: 1, text: 'x' }],
    ['dead', expect.objectContaining({ error: expect.objectContaining({ message: 'enough' }) })],
  ])
})

test('an event cannot make an invocation a dry run', async () => {
  const out = memoryQueue({ name: 'out' })
  const context = JSON.parse(
    JSON.stringify(lambdaContext({ clientContext: { 'lpipe.dryRun': { onSend: 1 } } as never })),
  )
  await run(sqsEvent([{ id: 1 }]), { call: (kwargs) => payload({ queue: out.queue, kwargs }), context })
  expect(out.sent).toHaveLength(1)
})
