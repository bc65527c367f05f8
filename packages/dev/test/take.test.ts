import { DeleteQueueCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type LocalPipeline, localPipeline } from '@lpipe/local'
import { takeMessages } from '../src/dead-letters/take.ts'

let local: LocalPipeline
beforeAll(async () => {
  local = await localPipeline({ queues: { dead: {} }, environment: false })
})
afterAll(() => local.stop())

test('a dead letter that was handled and cannot be deleted is named, with the reason', async () => {
  const [id = ''] = await local.send('dead', [{}])
  const { sqs: client } = local.clients
  const url = local.urls['dead'] ?? ''
  const done: [string, string | undefined][] = []
  const taking = takeMessages({
    client,
    url,
    ids: new Set([id]),
    use: async () => void (await client.send(new DeleteQueueCommand({ QueueUrl: url }))),
    onDone: (...one) => done.push(one),
  })
  await taking
  expect(done).toEqual([[id, expect.stringMatching(/^it was handled, but could not be removed from its queue \(/)]])
})
