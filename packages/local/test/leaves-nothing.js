import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { localPipeline } from '@lpipe/local'

// A client that is never destroyed, as a Lambda's: its connections must not keep the process alive.
let client

const local = await localPipeline({
  queues: { orders: {}, 'idle.fifo': {}, results: {} },
  streams: { events: { shards: 2 } },
  functions: {
    take: {
      handler: async () => {
        client ??= new SQSClient({})
        await client.send(new SendMessageCommand({ QueueUrl: local.urls.results, MessageBody: 'done' }))
      },
      source: [{ queue: 'orders', maximumConcurrency: 3 }, { queue: 'idle.fifo' }, { stream: 'events' }],
    },
  },
})
await local.send('orders', ['a', 'b'])
await local.send('events', ['c'])
await local.drained()
console.log(`handled ${local.statistics().take.done}`)
await local.stop()

const stopped = performance.now()
process.on('exit', () => {
  const seconds = (performance.now() - stopped) / 1000
  // A connection that is kept alive would take 5 s, a long poll up to 20 s.
  console.log(seconds < 3 ? 'ended at once' : `ended after ${seconds} s`)
})
