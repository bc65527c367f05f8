import { expect, test } from '@jest/globals'
import { batchOf } from '@lpipe/core/middleware'
import { invoke, silentLogger, sqsEvent } from '@lpipe/testing'
import middy, { type MiddlewareObj } from '@middy/core'
import { lpipe } from 'lpipe-preset'

/** Keeps the process busy around each message until the reserve begins: no timer can fire meanwhile. */
const slowWrapper: MiddlewareObj = {
  before: (request) => {
    const batch = batchOf(request)
    batch.use({
      wrapMessage: (_, run) => {
        while (!batch.deadline.isReserve());
        return run()
      },
    })
  },
}

test('no function starts in the reserve after a wrapper was slow', async () => {
  let started = 0
  const call = () => {
    started += 1
  }
  const handler = middy().use([...lpipe({ call, logger: silentLogger(), reserveMillis: 50 }), slowWrapper])
  const answer = await invoke(handler, sqsEvent([{ id: 1 }]), { getRemainingTimeInMillis: () => 100 })
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: 'message-0' }] })
  expect(started).toBe(0)
})
