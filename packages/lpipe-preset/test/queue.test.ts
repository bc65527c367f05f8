import { describe, expect, test } from '@jest/globals'
import { invoke, memoryLogger, memoryQueue, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { action, InvalidConfigurationError, lpipe, payload, queue } from 'lpipe-preset'
import { z } from 'zod'

describe('queue of the preset', () => {
  test('knows who sends to SQS and to Kinesis', () => {
    expect(queue({ type: 'sqs', name: 'orders' }).sender?.()).toMatchObject({ maxEntries: 10, maxBytes: 1_048_576 })
    expect(queue({ type: 'kinesis', name: 'clicks' }).sender?.()).toMatchObject({
      maxEntries: 500,
      maxBytes: 10_485_760,
    })
  })

  test("does not take its sender's place", () => {
    const mine = memoryQueue()
    expect(queue({ type: 'sqs', name: 'orders', sender: () => mine }).sender?.()).toBe(mine)
    expect(queue({ type: 'of-my-own', name: 'x' }).sender).toBeUndefined()
    expect(queue({ type: 'constructor', name: 'x' }).sender).toBeUndefined()
  })

  test('refuses what queue of the core refuses', () => {
    expect(() => queue({ type: 'sqs' })).toThrow(InvalidConfigurationError)
    expect(() => queue({ type: 'sqs', name: 'orders', nmae: 'x' } as never)).toThrow(/unknown option `nmae`/)
    expect(() => queue(undefined as never)).toThrow('queue: expected an object of options, received missing')
  })

  test('with `validate: true` fails the message that sends what its schema does not accept, and sends nothing of it', async () => {
    const memory = memoryQueue()
    const schema = z.object({ id: z.string().max(3) })
    const parcels = queue({ type: 'sqs', name: 'parcels', schema, validate: true, sender: () => memory })
    const logger = memoryLogger()
    const handler = middy().use(
      lpipe({
        paths: {
          RETURNED: [(kwargs: { id: string }) => payload({ queue: parcels, kwargs })],
          FORWARDED: [action({ includeAllParams: true, queues: [parcels] })],
        },
        logger,
      }),
    )
    const bodies = ['RETURNED', 'FORWARDED'].flatMap((path) =>
      ['abc', 'too long'].map((id) => ({ path, kwargs: { id } })),
    )
    expect(await invoke(handler, sqsEvent(bodies))).toEqual({
      batchItemFailures: [{ itemIdentifier: 'message-1' }, { itemIdentifier: 'message-3' }],
    })
    expect(memory.sent.map(({ body }) => body)).toEqual([{ id: 'abc' }, { id: 'abc' }])
    const texts = logger.lines.map(({ message }) => message)
    for (const id of [1, 3]) {
      expect(texts).toContainEqual(
        expect.stringContaining(
          `message message-${id} failed: UndeliverableError: cannot send to sqs parcels: its \`schema\` does not accept the kwargs: id: `,
        ),
      )
    }
    expect(texts.join()).not.toContain('too long')
  })
})
