import { KinesisClient } from '@aws-sdk/client-kinesis'
import { SQSClient } from '@aws-sdk/client-sqs'
import { NodeHttpHandler } from '@smithy/node-http-handler'

const common = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }

/** The real clients. They try each call once: to try again is lpipe's business here. */
export const sqsClient = (endpoint: string): SQSClient => new SQSClient({ ...common, endpoint, maxAttempts: 1 })

export const kinesisClient = (endpoint: string): KinesisClient =>
  new KinesisClient({ ...common, endpoint, maxAttempts: 1, requestHandler: new NodeHttpHandler() })

export const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}
