import { describe, expect, test } from '@jest/globals'
import { invoke, memoryLogger, memoryQueue, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { action, InvalidConfigurationError, lpipe, payload, type Queue, queue } from 'lpipe-preset'
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
    expect(() => queue({ type: 'sqs', name: 'orders', sender: mine as never })).toThrow('`sender` must be a function')
    expect(queue({ type: 'of-my-own', name: 'x' }).sender).toBeUndefined()
    expect(queue({ type: 'constructor', name: 'x' }).sender).toBeUndefined()
  })

  test('adds an outbox to a sender that defineSender() did not make', async () => {
    const sent: unknown[] = []
    const plain = () => ({
      maxEntries: 2,
      maxBytes: 1000,
      orderOf: () => 'one',
      send: async (to: Queue, entries: readonly { readonly body: string }[]) => {
        sent.push([to.name, ...entries.map(({ body }) => body)])
        return entries.map(() => undefined)
      },
    })
    const queues = ['a', 'a', 'b'].map((name) => queue({ type: 'mine', name, path: 'P', sender: plain }))
    const call = ({ n }: { n: number }) => queues.map((to) => payload({ queue: to, kwargs: { n } }))
    const handler = middy().use(lpipe({ call, logger: memoryLogger() }))
    expect(await invoke(handler, sqsEvent([{ n: 1 }, { n: 2 }]))).toEqual({ batchItemFailures: [] })
    const body = (n: number) => `{"path":"P","kwargs":{"n":${n}}}`
    // Queues with the same factory share its sender, and those of one name their calls.
    expect(sent).toEqual([
      ['a', body(1), body(1)],
      ['a', body(2), body(2)],
      ['b', body(1), body(2)],
    ])
  })

  test.each([{}, { maxEntries: 1, maxBytes: 1 }, undefined, Promise.resolve({})])(
    'a sender that cannot send (%p) fails the message at once',
    async (made) => {
      const to = queue({ type: 'mine', name: 'a', sender: () => made as never })
      const logger = memoryLogger()
      const handler = middy().use(lpipe({ call: () => payload({ queue: to }), logger }))
      expect(await invoke(handler, sqsEvent([{}]))).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] })
      expect(logger.lines[0]?.message).toMatch(/InvalidConfigurationError: payloadChain: the `sender` of a queue/)
    },
  )

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
