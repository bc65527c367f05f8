import type * as KinesisSdk from '@aws-sdk/client-kinesis'
import type { KinesisClient, KinesisClientConfig } from '@aws-sdk/client-kinesis'
import type * as SqsSdk from '@aws-sdk/client-sqs'
import type { SQSClient } from '@aws-sdk/client-sqs'
import { InvalidConfigurationError } from '@lpipe/core'

/** A client, and the commands it is sent. */
export interface Sqs {
  readonly client: SQSClient
  readonly commands: typeof SqsSdk
}

export interface Kinesis {
  readonly client: KinesisClient
  readonly commands: typeof KinesisSdk
}

/** @throws InvalidConfigurationError if the package is not installed */
export const loadSqs = async (client: SQSClient | undefined): Promise<Sqs> => {
  const commands = await import('@aws-sdk/client-sqs').catch(missing('@aws-sdk/client-sqs'))
  return { client: client ?? new commands.SQSClient({}), commands }
}

/**
 * Imported when the first letter that came from a stream is read.
 *
 * @throws InvalidConfigurationError if a package is not installed
 */
export const loadKinesis = async (client: KinesisClient | undefined): Promise<Kinesis> => {
  const commands = await import('@aws-sdk/client-kinesis').catch(missing('@aws-sdk/client-kinesis'))
  return { client: client ?? new commands.KinesisClient(await configOf(process.env)), commands }
}

/** The client speaks HTTP/2, which a local Kinesis behind `http://` does not. */
const configOf = async (env: NodeJS.ProcessEnv): Promise<KinesisClientConfig> => {
  const endpoint = env['AWS_ENDPOINT_URL_KINESIS'] ?? env['AWS_ENDPOINT_URL']
  if (!endpoint?.startsWith('http://')) return {}
  const { NodeHttpHandler } = await import('@smithy/node-http-handler').catch(missing('@smithy/node-http-handler'))
  return { requestHandler: new NodeHttpHandler() }
}

const missing =
  (name: string) =>
  (cause: unknown): never => {
    throw new InvalidConfigurationError(`redrive needs the package '${name}'. Install it: npm install ${name}`, {
      cause,
    })
  }
