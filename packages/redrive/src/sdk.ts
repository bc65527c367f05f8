import { createRequire } from 'node:module'
import type * as KinesisSdk from '@aws-sdk/client-kinesis'
import type { KinesisClient, KinesisClientConfig } from '@aws-sdk/client-kinesis'
import type * as LambdaSdk from '@aws-sdk/client-lambda'
import type { LambdaClient } from '@aws-sdk/client-lambda'
import type * as SqsSdk from '@aws-sdk/client-sqs'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { InvalidConfigurationError } from '@lpipe/core'
import type { AwsClient } from '@lpipe/core/aws'
import { errorMessage, isNotInstalled } from '@lpipe/core/middleware'

/** A client, and the commands that it sends. */
export interface Sqs {
  readonly client: SQSClient
  readonly commands: typeof SqsSdk
}

interface Kinesis {
  readonly client: KinesisClient
  readonly commands: typeof KinesisSdk
}

interface Lambda {
  readonly client: LambdaClient
  readonly commands: typeof LambdaSdk
}

/** What records are sent back with. */
export interface Clients {
  readonly sqs: Sqs
  /** Imported when the first dead letter that came from a stream is sent. */
  readonly kinesis: () => Promise<Kinesis>
  /** The account of the dead-letter queue. */
  readonly account: string | undefined
  /** The URLs of queues, by ARN. */
  readonly urls: Map<string, string>
}

/** @throws InvalidConfigurationError if the package cannot be imported */
export const loadSqs = async (client: AwsClient | undefined): Promise<Sqs> => {
  const commands = await import('@aws-sdk/client-sqs').catch(throwNotLoaded('@aws-sdk/client-sqs'))
  return { client: (client as SQSClient | undefined) ?? new commands.SQSClient({}), commands }
}

/** @throws InvalidConfigurationError if the package cannot be imported */
export const loadKinesis = async (client: AwsClient | undefined): Promise<Kinesis> => {
  const commands = await import('@aws-sdk/client-kinesis').catch(throwNotLoaded('@aws-sdk/client-kinesis'))
  return {
    client: (client as KinesisClient | undefined) ?? new commands.KinesisClient(configOf(process.env)),
    commands,
  }
}

/** @throws InvalidConfigurationError if the package cannot be imported */
export const loadLambda = async (client: AwsClient | undefined): Promise<Lambda> => {
  const commands = await import('@aws-sdk/client-lambda').catch(throwNotLoaded('@aws-sdk/client-lambda'))
  return { client: (client as LambdaClient | undefined) ?? new commands.LambdaClient({}), commands }
}

/** The client speaks HTTP/2, which a local Kinesis behind `http://` does not. */
const configOf = (env: NodeJS.ProcessEnv): KinesisClientConfig => {
  const endpoint = env['AWS_ENDPOINT_URL_KINESIS'] ?? env['AWS_ENDPOINT_URL']
  if (!endpoint?.startsWith('http://')) return {}
  return { requestHandler: http1Handler() as NonNullable<KinesisClientConfig['requestHandler']> }
}

/** Finds the HTTP/1.1 handler among the dependencies of the client. */
const http1Handler = (): unknown => {
  try {
    const fromClient = createRequire(createRequire(import.meta.url).resolve('@aws-sdk/client-kinesis'))
    const { NodeHttpHandler } = fromClient('@smithy/node-http-handler')
    return new NodeHttpHandler()
  } catch (cause) {
    throw new InvalidConfigurationError(
      'redrive: an endpoint with http:// requires a Kinesis client with NodeHttpHandler of @smithy/node-http-handler. ' +
        'Pass it: `kinesis: new KinesisClient({ requestHandler: new NodeHttpHandler() })`',
      { cause },
    )
  }
}

const throwNotLoaded =
  (name: string) =>
  (cause: unknown): never => {
    const text = isNotInstalled(cause, name)
      ? `redrive: requires the package '${name}'. Install it: npm install ${name}`
      : `redrive: could not import '${name}': ${errorMessage(cause)}`
    throw new InvalidConfigurationError(text, { cause })
  }
