import { expect, test } from '@jest/globals'
import type { Queue } from '@lpipe/core'
import { outboxWith, queueNamed, testSender, type Wire } from '../outbox-with.ts'

/** Sends the same to queues that their sender takes for one, and returns the deduplication keys. */
const keysFor = async (...queues: readonly Queue[]): Promise<readonly string[]> => {
  const keys: string[] = []
  const { sender } = testSender(() => undefined, {
    identityOf: () => 'the same',
    send: async (_, wires: readonly Wire[]) => {
      keys.push(...wires.map(({ deduplicationKey }) => deduplicationKey))
      return wires.map(() => undefined)
    },
  })
  const { outbox, message, succeed } = outboxWith()
  for (const to of queues) outbox.add(message(0), to, sender, { a: 1 })
  succeed(0)
  await outbox.flush()
  return keys
}

test.each<[what: string, queues: readonly Queue[]]>([
  ['names', [queueNamed('a'), queueNamed('b')]],
  ['URLs', ['https://eu/q', 'https://us/q'].map((url) => queueNamed('q', { url }))],
])('what goes to queues of different %s has different deduplication keys', async (_, queues) => {
  expect(new Set(await keysFor(...queues)).size).toBe(2)
})
