import { afterEach, expect, test } from '@jest/globals'
import { type LocalPipeline, localPipeline } from '@lpipe/local'
import { redrive } from '@lpipe/redrive'
import { invoke, silentLogger, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { FailButContinue, lpipe, queue } from 'lpipe-preset'

let local: LocalPipeline | undefined
afterEach(async () => {
  await local?.stop()
  local = undefined
})

const drop = () => {
  throw new FailButContinue('of the test')
}
const handler = middy().use(
  lpipe({ call: drop, deadLetter: queue({ type: 'sqs', name: 'dead' }), logger: silentLogger() }),
)

test('in a local pipeline only the event sources of the Lambda are sent to', async () => {
  const logger = silentLogger()
  const queues = { orders: {}, admin: {}, dead: {} }
  local = await localPipeline({ queues, functions: { work: { handler, source: { queue: 'orders' } } }, logger })
  await local.send('orders', [{ number: 1 }])
  await local.drained({ timeoutSeconds: 60 })
  const invokedFunctionArn = 'arn:aws:lambda:us-east-1:000000000000:function:work'
  await invoke(handler, sqsEvent([{ forged: true }], { name: 'admin' }), { invokedFunctionArn })
  const result = await redrive({ from: 'dead', audit: () => undefined })
  expect(result).toMatchObject({
    received: 2,
    sent: { orders: 1 },
    left: [{ reason: expect.stringMatching(/^Lambda work, which wrote it, does not read arn:aws:sqs:.*:admin\./) }],
  })
  expect(await local.contents('admin')).toEqual([])
})
