import { expect, test } from '@jest/globals'
import { batchDecoder } from '@lpipe/batch-decoder'
import { batchResponse } from '@lpipe/batch-response'
import { FailCatastrophically } from '@lpipe/core'
import { invoke, sqsEvent } from '@lpipe/testing'
import middy, { type MiddlewareObj } from '@middy/core'

const failed = { status: 'rejected', reason: new FailCatastrophically('later') }

/** Lambda takes an invocation without a response for success, and deletes the batch. */
test.each<[what: string, remove: (request: object) => unknown]>([
  ['deletes', (request) => Reflect.deleteProperty(request, 'response') || undefined],
  ['deletes, in strict mode,', (request) => void delete (request as { response?: unknown }).response],
  ['defines anew', (request) => void Reflect.defineProperty(request, 'response', { value: { ok: true } })],
])('a hook that %s the response of a batch with a failed message deletes no message', async (_, remove) => {
  const other = { after: (request: object) => void remove(request) } as MiddlewareObj
  const handler = middy(async (): Promise<unknown> => [failed]).use([other, batchResponse(), batchDecoder()])
  const response = await invoke(handler, sqsEvent([{}])).catch(() => 'thrown')
  expect(['thrown', { batchItemFailures: [{ itemIdentifier: 'message-0' }] }]).toContainEqual(response)
})
