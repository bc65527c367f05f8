import { describe, expect, test } from '@jest/globals'
import { BatchMessage, type Chain, errorOf, processMessages } from '@lpipe/core/middleware'
import { batchWith, testSource } from '../batch-with.ts'

/** A batch of records with several messages each. Remembers in which order their sends leave. */
const batchOfRecords = (...counts: readonly number[]) => {
  const source = testSource()
  const records = counts.map((_, index) => ({ id: `id-${index}` }))
  const batch = batchWith(records, source)
  const committed: number[] = []
  let index = -1
  const messages = counts.flatMap((count, recordIndex) =>
    Array.from({ length: count }, (_, position) => {
      index += 1
      const content = { position, body: () => ({}) }
      return new BatchMessage(source, batch, records[recordIndex], recordIndex, index, content as never)
    }),
  )
  batch.receive({ source, messages })
  batch.use({
    chain: {
      commit: (message: BatchMessage) => {
        committed.push(message.index)
        return false
      },
    } as Chain,
  })
  return { batch, committed, outcomes: () => batch.received.map(({ outcome }) => outcome) }
}

describe('the messages of one record', () => {
  test('send nothing before all of them have ended, in whatever order', async () => {
    const { batch, committed, outcomes } = batchOfRecords(1, 3, 1)
    const slow = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const run = async ({ index }: BatchMessage) => {
      if (index === 1) await slow[0]?.promise
      if (index === 3) await slow[1]?.promise
    }
    const done = processMessages(batch, { run, concurrency: 5 })
    await new Promise((resolve) => setImmediate(resolve))
    expect(committed).toEqual([0, 4])
    slow[1]?.resolve()
    await new Promise((resolve) => setImmediate(resolve))
    expect(committed).toEqual([0, 4])
    slow[0]?.resolve()
    await done
    expect(committed).toEqual([0, 4, 1, 2, 3])
    expect(new Set(outcomes())).toEqual(new Set(['succeeded']))
  })

  test.each([0, 1, 2])('fail together, and no others, if number %p fails last', async (failing) => {
    const { batch, committed, outcomes } = batchOfRecords(3, 2)
    const others = Promise.withResolvers<void>()
    let ended = 0
    const run = async ({ index }: BatchMessage) => {
      if (index === failing) {
        await others.promise
        throw new Error('oops')
      }
      ended += 1
      if (ended === 4) others.resolve()
    }
    await processMessages(batch, { run, concurrency: 5 })
    expect(outcomes()).toEqual(['failed', 'failed', 'failed', 'succeeded', 'succeeded'])
    const errors = batch.received.slice(0, 3).map((message) => String(errorOf(message)))
    const skipped = 'SkippedError: another message of its record failed, so that the record comes back'
    expect(errors.filter((error) => error === skipped)).toHaveLength(2)
    expect(committed.toSorted()).toEqual([0, 1, 2, 3, 4])
  })
})
