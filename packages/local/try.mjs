import { localPipeline } from '@lpipe/local'

const t0 = performance.now()
const seen = []
const local = await localPipeline({
  queues: { in: { deadLetter: { queue: 'dead', maxReceiveCount: 2 } }, dead: {}, 'f.fifo': {} },
  streams: { s: { shards: 2 } },
  functions: {
    a: {
      handler: async (event, context) => {
        seen.push(['a', event.Records.length, context.getRemainingTimeInMillis()])
        return {
          batchItemFailures: event.Records.filter((r) => r.body.includes('bad')).map((r) => ({
            itemIdentifier: r.messageId,
          })),
        }
      },
      source: { queue: 'in', retryAfterSeconds: 0 },
    },
    b: {
      handler: async (event) => {
        seen.push(['b', event.Records.map((r) => Buffer.from(r.kinesis.data, 'base64').toString())])
      },
      source: { stream: 's' },
    },
  },
})
console.log('up', performance.now() - t0)
await local.send('in', [...Array(25).keys()].map((n) => ({ n })).concat(['bad']))
await local.send('s', [1, 2, 3, 4, 5])
await local.drained({ timeoutSeconds: 5 })
console.log('drained', performance.now() - t0)
console.log(JSON.stringify(seen), local.statistics(), await local.contents('dead'))
await local.stop()
console.log('stopped', performance.now() - t0, process.getActiveResourcesInfo())
process.on('exit', () => console.log('exit', performance.now() - t0))
