import type { KinesisClient, KinesisClientConfig, PutRecordsCommand } from '@aws-sdk/client-kinesis'
import { InvalidConfigurationError } from '@lpipe/core'

/** The client, and the command it is sent. */
export interface Sdk {
  readonly client: KinesisClient
  readonly PutRecordsCommand: typeof PutRecordsCommand
}

/**
 * Imports the AWS SDK: only a Lambda that sends pays for it.
 *
 * @throws InvalidConfigurationError if a package is not installed
 */
export const loadSdk = async (client: KinesisClient | undefined): Promise<Sdk> => {
  const { KinesisClient, PutRecordsCommand } = await import('@aws-sdk/client-kinesis').catch(
    missing('@aws-sdk/client-kinesis'),
  )
  return { client: client ?? new KinesisClient(await configOf(process.env)), PutRecordsCommand }
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
    throw new InvalidConfigurationError(
      `queueKinesis: sending to Kinesis needs the package '${name}'. Install it: npm install ${name}`,
      { cause },
    )
  }
