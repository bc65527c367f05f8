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
  return { url, client, environment: { ...environment, NEXT_URL: url }, stop: () => server.stop() }
}
