/** npm may install two versions of `@lpipe/core`, for example one for a source or a sender of another author. */
import { describe, expect, test } from '@jest/globals'
import type { EventSource } from '@lpipe/core'
import { invoke, memoryLogger, memoryQueue, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { lpipe, payload, queue } from 'lpipe-preset'

const another = '../../core/src/language/errors.ts?another'
const other = (await import(another)) as typeof import('../../core/src/language/errors.ts')

describe('an error of another copy of @lpipe/core', () => {
  test('from a sender: what can never be sent is kept as a dead letter, and its group continues', async () => {
    const { queue: deadLetter, sent } = memoryQueue()
    const orders = queue({
      type: 'own',
      name: 'orders',
      sender: () => ({
        maxEntries: 1,
        maxBytes: 1000,
        orderOf: () => {
          throw new other.UndeliverableError('the group is too long')
        },
        send: async () => [undefined],
      }),
    })
    const ran: number[] = []
    const call = ({ n }: { n: number }) => {
      ran.push(n)
      return n === 0 ? payload({ queue: orders, kwargs: { n } }) : undefined
    }
    const handler = middy().use(lpipe({ call, deadLetter, logger: memoryLogger() }))
    const event = sqsEvent([{ n: 0 }, { n: 1 }], { name: 'orders.fifo', groupId: () => 'group' })
    expect(await invoke(handler, event)).toEqual({ batchItemFailures: [] })
    expect(ran).toEqual([0, 1])
    expect(sent).toHaveLength(1)
  })

  test('from an event source: the message is dropped with the id of its record', async () => {
    const { queue: deadLetter, sent } = memoryQueue()
    const logger = memoryLogger()
    const source: EventSource = {
      name: 'own',
      reports: 'each',
      recordsOf: (event) => event as unknown[],
      idOf: (record) => String(record),
      bodyOf: () => {
        throw new other.InvalidPayloadError('no body')
      },
    }
    const handler = middy().use(lpipe({ call: () => undefined, source, deadLetter, logger }))
    expect(await invoke(handler, ['a'])).toEqual({ batchItemFailures: [] })
    expect(logger.lines[0]?.message).toBe('message a dropped: InvalidPayloadError: record a: no body')
    expect(sent).toHaveLength(1)
  })
})
