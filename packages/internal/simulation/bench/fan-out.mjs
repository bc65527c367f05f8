// One message that makes 1, 10 or 1,000: sent with one call each, or by lpipe. Both over fauxqs, in turns, in one run.
//
//   npm run bench            (of this package, after `npm run build`)
//
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { PurgeQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { localPipeline } from '@lpipe/local'
import { invoke, sqsEvent } from '@lpipe/testing'
import middy from '@middy/core'
import { lpipe, payload, queue, queueSqs } from 'lpipe-preset'

const name = 'target'

if (process.argv[2] === 'server') {
  // A process of its own, as SQS is: what it costs is nobody's but its own.
  const pipeline = await localPipeline({ environment: false, queues: { [name]: {} } })
  process.send({ endpoint: pipeline.environment.AWS_ENDPOINT_URL_SQS, url: pipeline.urls[name] })
  await once(process, 'disconnect')
  await pipeline.stop()
} else {
  const server = fork(new URL(import.meta.url), ['server'])
  const [{ endpoint, url }] = await once(server, 'message')
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const client = new SQSClient({ region: 'us-east-1', endpoint, credentials })

  let calls = 0
  client.middlewareStack.add(
    (next) => (args) => {
      calls += 1
      return next(args)
    },
    { step: 'initialize' },
  )
  const quiet = { debug() {}, info() {}, warn() {}, error() {} }
  const target = queue({ type: 'sqs', url, sender: () => queueSqs({ client }) })
  const made = (count) => Array.from({ length: count }, (_, number) => ({ number, text: 'as long as an order may be' }))
  const sendOne = (kwargs) =>
    client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: JSON.stringify(kwargs) }))

  const ways = {
    'one call each, in turn': middy(async ({ Records }) => {
      for (const { body } of Records) for (const kwargs of made(JSON.parse(body).count)) await sendOne(kwargs)
    }),
    'one call each, all at once': middy(async ({ Records }) => {
      await Promise.all(Records.flatMap(({ body }) => made(JSON.parse(body).count).map(sendOne)))
    }),
    lpipe: middy().use(
      lpipe({ call: ({ count }) => made(count).map((kwargs) => payload({ queue: target, kwargs })), logger: quiet }),
    ),
  }

  const median = (list) => list.toSorted((a, b) => a - b)[Math.floor(list.length / 2)]
  const print = (...cells) => console.log(`| ${cells.join(' | ')} |`)
  const rounds = { 1: 200, 10: 100, 1000: 9 }

  print('messages', 'way', 'calls', 'median, ms', 'one call each, in turn / this')
  print('---', '---', '---', '---', '---')
  for (const count of [1, 10, 1000]) {
    const times = Object.fromEntries(Object.keys(ways).map((way) => [way, []]))
    const called = {}
    for (let round = -Math.ceil(rounds[count] / 10); round < rounds[count]; round++) {
      const inTurn = Object.entries(ways)
      // Nobody is always first, and nobody always after the same.
      for (const [way, handler] of round % 2 === 0 ? inTurn : inTurn.toReversed()) {
        calls = 0
        const start = performance.now()
        await invoke(handler, sqsEvent([{ count }]))
        const took = performance.now() - start
        called[way] = calls
        if (round >= 0) times[way].push(took) // those before warm up
      }
      await client.send(new PurgeQueueCommand({ QueueUrl: url }))
    }
    const slowest = median(times['one call each, in turn'])
    for (const [way, list] of Object.entries(times)) {
      print(count, way, called[way], median(list).toFixed(2), (slowest / median(list)).toFixed(1))
    }
  }
  client.destroy()
  server.disconnect()
}
