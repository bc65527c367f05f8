import { expect, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import { type BatchResponseOptions, batchResponse } from '@lpipe/batch-response'
import { FailButContinue, FailCatastrophically, type LpipeContext, type Message } from '@lpipe/core'
import { defineEnvelope } from '@lpipe/core/envelope'
import { getOwn } from '@lpipe/core/middleware'
import { errorClassifier } from '@lpipe/error-classifier'
import { invoke, silentLogger, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { failedAt, memorySource } from './memory-source.ts'

/** An array is an envelope of its elements. */
const list = defineEnvelope({
  name: 'list',
  opens: (body) => {
    const items = getOwn(body, 'items')
    return Array.isArray(items) ? items.map((item) => ({ body: item })) : undefined
  },
})

/** A message says after how many seconds it wants to be delivered again; without seconds it fails; the others succeed. */
const answerTo = async (
  records: readonly (readonly object[])[],
  options: BatchResponseOptions,
  event: Parameters<typeof sqsEvent>[1] = {},
) => {
  const sqs = memorySource()
  const handler = middy(async (_: unknown, { lpipe }: LpipeContext) =>
    Promise.allSettled(
      lpipe.messages.map(async ({ body }) => {
        const after = getOwn(body, 'after')
        if (typeof after === 'number') throw new FailCatastrophically('later', { retryAfterSeconds: after })
        if (getOwn(body, 'fails') === true) throw new FailCatastrophically('later')
      }),
    ),
  ).use([
    batchResponse({ ...options, sqs }),
    errorClassifier({ logger: silentLogger() }),
    batchDecoder({ envelopes: [list] }),
  ])
  await invoke(
    handler,
    sqsEvent(
      records.map((items) => ({ items })),
      event,
    ),
  ).catch(() => undefined)
  return sqs
}

const fifo = { name: 'orders.fifo', groupId: () => 'one' }

test.each([
  ['standard queue', {}],
  ['FIFO queue', fifo],
])('a record of a %s comes back once, when the message that failed says', async (_, event) => {
  for (const record of [
    [{ after: 60 }, {}, {}],
    [{}, { after: 60 }, {}],
    [{}, {}, { after: 60 }],
  ]) {
    const { postponed } = await answerTo([record], { retryDelaySeconds: 5 }, event)
    expect(postponed).toEqual([['message-0', 60]])
  }
})

test('a FIFO group comes back when its first message that failed says, not one that was skipped', async () => {
  const { postponed } = await answerTo([[{}, { after: 60 }], [{}]], { retryDelaySeconds: 5 }, fifo)
  expect(postponed).toEqual([
    ['message-0', 60],
    ['message-1', 60],
  ])
})

test('a record with several messages is deleted once, one without messages too', async () => {
  const records = [[{}, {}, {}], [], [{}, { fails: true }], [{}]]
  const { removed } = await answerTo(records, { partialFailures: 'delete' })
  expect([...removed].sort()).toEqual(['message-0', 'message-1', 'message-3'])
})

test.each([
  ['the class of an error', (error: object) => Object.setPrototypeOf(error, FailButContinue.prototype)],
  ['a result', (_: object, message: Message) => Object.assign(message, { result: { status: 'fulfilled', value: 1 } })],
])('a `capture` that changes %s changes no outcome', async (_, change) => {
  const capture = (error: unknown, message: Message) => void change(error as object, message)
  const sqs = memorySource()
  const handle = (deletes: boolean) =>
    invoke(
      middy(async (_: unknown, { lpipe }: LpipeContext) =>
        Promise.allSettled(
          lpipe.messages.map(async ({ index }) => {
            if (index === 1) throw new FailCatastrophically('later')
          }),
        ),
      ).use([
        batchResponse({ sqs, partialFailures: deletes ? 'delete' : 'report', retryDelaySeconds: 5 }),
        errorClassifier({ logger: silentLogger(), capture }),
        batchDecoder(),
      ]),
      sqsEvent([{}, {}, {}]),
    )
  expect(await handle(false)).toEqual(failedAt(1))
  await expect(handle(true)).rejects.toThrow('1 message failed, and the others were deleted')
  expect(sqs.removed).toEqual(['message-0', 'message-2'])
  expect(sqs.postponed).toEqual([
    ['message-1', 5],
    ['message-1', 5],
  ])
})
