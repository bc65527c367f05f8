import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns'
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { startFauxqs } from 'fauxqs'
import { consume } from './queue.ts'
import { changes } from './table.ts'
import { done } from './work.ts'

process.env['AWS_REGION'] = 'us-east-1'
process.env['AWS_ACCESS_KEY_ID'] = 'test'
process.env['AWS_SECRET_ACCESS_KEY'] = 'test'

const idsOf = (source: string) => ['first', 'busy', 'bad', 'last'].map((name) => `${source}-${name}`)
const [orders, objects, items] = [idsOf('order'), idsOf('object'), idsOf('item')]

const server = await startFauxqs({ port: 0, logger: false })
const endpoint = server.address
const [sqs, sns] = [new SQSClient({ endpoint }), new SNSClient({ endpoint })]
const s3 = new S3Client({ endpoint, forcePathStyle: true })
const urlOf = (name: string) => `${endpoint}/000000000000/${name}`

server.createQueue('orders')
server.createQueue('objects')
server.createBucket('photos')
const { topicArn: TopicArn } = server.createTopic('orders')
server.subscribe({ topic: 'orders', queue: 'orders' })
for (const id of orders) {
  await sns.send(new PublishCommand({ TopicArn, Message: JSON.stringify({ path: 'ORDER', kwargs: { id } }) }))
}
for (const key of objects) {
  await s3.send(new PutObjectCommand({ Bucket: 'photos', Key: key, Body: key }))
  // fauxqs' S3 sends no notifications, so the demo sends the notification of the object.
  const object = { key, size: key.length }
  const Records = [
    { eventSource: 'aws:s3', eventName: 'ObjectCreated:Put', s3: { bucket: { name: 'photos' }, object } },
  ]
  await sqs.send(new SendMessageCommand({ QueueUrl: urlOf('objects'), MessageBody: JSON.stringify({ Records }) }))
}

const results = {
  'SNS in SQS': await consume(sqs, urlOf('orders'), orders.length),
  'S3 in SQS (notification by the demo)': await consume(sqs, urlOf('objects'), objects.length),
  'DynamoDB (poller as a stand-in)': await changes(items),
}
for (const client of [sqs, sns, s3]) client.destroy()
await server.stop()

for (const [source, { received, succeeded, dropped, failed }] of Object.entries(results)) {
  console.log(`${source}: received ${received}, succeeded ${succeeded}, dropped ${dropped}, failed ${failed}`)
}
const expected = [...orders, ...objects, ...items].filter((id) => !id.includes('bad'))
const isComplete =
  expected.every((id) => done.has(id)) &&
  Object.values(results).every(({ dropped, succeeded }) => succeeded + dropped === 4)
console.log(
  isComplete ? 'Every message is accounted for: of 12, 9 succeeded, 3 dropped.' : 'NOT every message is accounted for.',
)
process.exitCode = isComplete ? 0 : 1
