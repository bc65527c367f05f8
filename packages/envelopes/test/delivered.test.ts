import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { eventBridge, sns } from '@lpipe/envelopes'
import { queueSns } from '@lpipe/queue-sns'
import { eventBridgeEvent, invokeWithOutcomes, silentLogger, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { action, lpipe, queue } from 'lpipe-preset'
import { run } from './run.ts'

let server: FauxqsServer
let client: SQSClient
beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false })
  process.env['AWS_ENDPOINT_URL_SNS'] = server.address
  process.env['AWS_REGION'] = 'us-east-1'
  process.env['AWS_ACCESS_KEY_ID'] = 'test'
  process.env['AWS_SECRET_ACCESS_KEY'] = 'test'
  client = new SQSClient({ endpoint: server.address })
})
afterAll(async () => {
  client.destroy()
  await server.stop()
})

/** Makes a topic, and a queue that is subscribed to it. */
const createTopic = (name: string, RawMessageDelivery: string): string => {
  server.createQueue(name)
  const { topicArn } = server.createTopic(name)
  server.subscribe({ topic: name, queue: name, attributes: { RawMessageDelivery } })
  return topicArn
}

/** Receives what is in a queue, as the event that Lambda makes of it. */
const receive = async (name: string) => {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: server.inspectQueue(name)?.url,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
    }),
  )
  const event = sqsEvent(Messages.map(({ Body }) => Body))
  for (const [index, { MessageAttributes = {} }] of Messages.entries()) {
    const attributes = Object.entries(MessageAttributes).map(([key, { StringValue, DataType }]) => [
      key,
      { stringValue: StringValue, dataType: DataType },
    ])
    Object.assign(event.Records[index] as object, { messageAttributes: Object.fromEntries(attributes) })
  }
  return event
}

test('a notification that SNS has made is opened, an event in it too', async () => {
  createTopic('notified', 'false')
  server.publish('notified', JSON.stringify({ id: 1 }))
  server.publish('notified', JSON.stringify(eventBridgeEvent({ id: 2 })))
  const { seen } = await run(await receive('notified'), [sns(), eventBridge()])
  expect(seen).toEqual([{ id: 1 }, { id: 2 }])
})

test.each(['true', 'false'])('a message that passes SNS again and again ends after `maxHops`, raw: %s', async (raw) => {
  const name = `loop-${raw}`
  const again = queue({ type: 'sns', name: createTopic(name, raw), path: 'AGAIN', sender: queueSns })
  const handler = middy().use(
    lpipe({
      paths: { AGAIN: [action({ queues: [again], includeAllParams: true })] },
      envelopes: [sns()],
      maxHops: 3,
      logger: silentLogger(),
    }),
  )
  let event = sqsEvent([{ path: 'AGAIN', kwargs: { id: 1 } }])
  for (let hop = 0; hop < 3; hop += 1) {
    const { outcomes } = await invokeWithOutcomes(handler, event)
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['succeeded'])
    event = await receive(name)
  }
  const { outcomes } = await invokeWithOutcomes(handler, event)
  expect(outcomes).toMatchObject([{ outcome: 'failed', error: { name: 'UndeliverableError' } }])
})
