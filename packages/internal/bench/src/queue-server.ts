import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs'
import { startFauxqs } from 'fauxqs'

/** An SQS in this process, with a queue, and the environment by which the AWS SDK finds it. */
export const startQueue = async () => {
  const server = await startFauxqs({ port: 0, logger: false })
  const environment = {
    AWS_ENDPOINT_URL_SQS: server.address,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  }
  Object.assign(process.env, environment)
  const client = new SQSClient({ useQueueUrlAsEndpoint: false })
  const { QueueUrl: url = '' } = await client.send(new CreateQueueCommand({ QueueName: 'next' }))
  return {
    url,
    client,
    address: server.address,
    environment: { ...environment, NEXT_URL: url },
    stop: () => server.stop(),
  }
}

/** A proxy that hands each call on after a delay: the round trip to a service that is not on this machine. */
export const startDelay = async (target: string, millis: number) => {
  const proxy = createServer((incoming, outgoing) => {
    setTimeout(() => {
      const { method, headers, url = '/' } = incoming
      const forwarded = request(new URL(url, target), { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(outgoing)
      })
      forwarded.on('error', () => outgoing.destroy())
      incoming.pipe(forwarded)
    }, millis)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const { port } = proxy.address() as AddressInfo
  return {
    address: `http://127.0.0.1:${port}`,
    stop: async () => {
      proxy.closeAllConnections()
      await new Promise((resolve) => proxy.close(resolve))
    },
  }
}
