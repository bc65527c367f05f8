import { KinesisClient } from '@aws-sdk/client-kinesis'
import { SQSClient } from '@aws-sdk/client-sqs'
import { NodeHttpHandler } from '@smithy/node-http-handler'

const common = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }

/** The real clients. They attempt each call once: the retries here are lpipe's. */
export const sqsClient = (endpoint: string): SQSClient => new SQSClient({ ...common, endpoint, maxAttempts: 1 })

export const kinesisClient = (endpoint: string): KinesisClient =>
  new KinesisClient({ ...common, endpoint, maxAttempts: 1, requestHandler: new NodeHttpHandler() })
