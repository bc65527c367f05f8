import { S3Client } from '@aws-sdk/client-s3'
import { SNSClient } from '@aws-sdk/client-sns'
import { localPipeline } from '@lpipe/local'
import type { Context } from 'aws-lambda'
import { putPhotos } from './bucket.ts'
import { createJournal } from './journal.ts'
import { createHandler } from './lambda.ts'
import { changeCatalogue } from './table.ts'
import { publishOrders } from './topic.ts'

const journal = createJournal(console.log)
const handler = createHandler(journal)
const local = await localPipeline({
  queues: { orders: {}, photos: {} },
  functions: { shop: { handler, source: ['orders', 'photos'].map((queue) => ({ queue, retryAfterSeconds: 0 })) } },
})
// The server of the queues speaks SNS and S3 too.
const endpoint = local.environment['AWS_ENDPOINT_URL_SQS'] as string
const [sns, s3] = [new SNSClient({ endpoint }), new S3Client({ endpoint, forcePathStyle: true })]

console.log('Orders: published to an SNS topic, delivered to a queue')
await publishOrders(sns, 'arn:aws:sqs:us-east-1:000000000000:orders', ['hat', 'scarf', 'broken order', 'busy order'])
await local.drained({ timeoutSeconds: 60 })

console.log('\nPhotos: put into an S3 bucket (stand-in: the demo sends the notifications)')
await local.send('photos', await putPhotos(s3, ['2026/red hat.jpg', 'blue+scarf.jpg', 'broken.jpg', 'busy.jpg']))
await local.drained({ timeoutSeconds: 60 })

console.log('\nCatalogue: items of a DynamoDB table (stand-in: a poller makes the records of its stream)')
const context = { functionName: 'shop', getRemainingTimeInMillis: () => 10_000 } as Context
await changeCatalogue((event) => handler(event, context))

sns.destroy()
s3.destroy()
await local.stop()

console.log('\nOne Lambda, three sources     done  dropped  failed')
const all = Object.entries(journal.counts())
for (const [source, { done, dropped, failed }] of all) {
  console.log(
    `${source.padEnd(29)} ${String(done).padStart(4)} ${String(dropped).padStart(8)} ${String(failed).padStart(7)}`,
  )
}
const ended = all.map(([, { done, dropped }]) => done + dropped)
const isComplete = String(ended) === '4,4,6'
console.log(
  isComplete ? 'Each message was done or dropped once.' : `Messages are missing: ${ended} instead of 4,4,6 ended.`,
)
process.exitCode = isComplete ? 0 : 1
