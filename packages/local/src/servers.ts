import { KinesisClient } from '@aws-sdk/client-kinesis'
import { SNSClient } from '@aws-sdk/client-sns'
import { SQSClient } from '@aws-sdk/client-sqs'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import { type Environment, environmentOf, setEnvironment } from './environment.ts'
import { startKinesis } from './kinesis-server.ts'
import { startLambda } from './lambda-server.ts'
import type { LocalPipelineOptions } from './options.ts'
import { type SqsServer, startSqs } from './sqs-server.ts'
import type { Traffic } from './traffic.ts'

export const defaultRegion = 'us-east-1'

/** The servers of a pipeline, and what calls them. */
export interface Servers {
  readonly environment: Environment
  readonly clients: { readonly sqs: SQSClient; readonly sns: SNSClient; readonly kinesis: KinesisClient }
  /** What the queues hold. */
  readonly messages: Pick<SqsServer, 'counts' | 'contents' | 'inspect'>
}

interface ServerParts {
  readonly traffic: Traffic
  /** Default: free ones. */
  readonly ports: { readonly sqs: number; readonly kinesis: number; readonly lambda: number } | undefined
  /** Receives what ends each server as soon as it runs: a later one may not start. */
  readonly closing: (() => unknown)[]
}

/** Starts the servers, sets the variables by which the AWS SDK finds them, and makes clients. */
export const startServers = async (
  { functions = {}, region = defaultRegion, environment: isSet }: LocalPipelineOptions,
  { traffic, ports, closing }: ServerParts,
): Promise<Servers> => {
  const sqsServer = await startSqs(region, traffic, ports?.sqs)
  closing.push(sqsServer.close)
  const kinesisServer = await startKinesis(traffic, ports?.kinesis)
  closing.push(kinesisServer.close)
  const lambdaServer = await startLambda(region, functions, ports?.lambda)
  closing.push(lambdaServer.close)
  const environment = environmentOf(region, sqsServer.endpoint, kinesisServer.endpoint, lambdaServer.endpoint)
  if (isSet !== false) closing.push(setEnvironment(environment))

  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const sqs = new SQSClient({ region, credentials, endpoint: sqsServer.endpoint })
  const sns = new SNSClient({ region, credentials, endpoint: sqsServer.endpoint })
  const requestHandler = new NodeHttpHandler() // kinesalite does not support HTTP/2
  const kinesis = new KinesisClient({ region, credentials, endpoint: kinesisServer.endpoint, requestHandler })
  closing.push(
    () => sqs.destroy(),
    () => sns.destroy(),
    () => kinesis.destroy(),
  )
  return { environment, clients: { sqs, sns, kinesis }, messages: sqsServer }
}
