import type { KinesisClient, KinesisClientConfig, PutRecordsCommand } from '@aws-sdk/client-kinesis'
import { InvalidConfigurationError } from '@lpipe/core'
import { type AwsClient, oneAttempt, rethrow, sdkOf, timeouts } from '@lpipe/core/aws'

/** The client, and the command that it sends. */
export interface Sdk {
  readonly client: KinesisClient
  readonly PutRecordsCommand: typeof PutRecordsCommand
}

/** @throws InvalidConfigurationError if the SDK cannot be imported */
export const loadSdk = async (client: AwsClient | undefined): Promise<Sdk> => {
  const { KinesisClient, PutRecordsCommand } = await sdkOf('queueKinesis', '@aws-sdk/client-kinesis', async () => {
    // Each by its name, so that a bundler leaves out the rest of the SDK.
    const { KinesisClient, PutRecordsCommand } = await import('@aws-sdk/client-kinesis').catch(rethrow)
    return { KinesisClient, PutRecordsCommand }
  })
  return {
    client: (client as KinesisClient | undefined) ?? new KinesisClient({ ...oneAttempt, ...configOf(process.env) }),
    PutRecordsCommand,
  }
}

/** The client speaks HTTP/2, which a local Kinesis behind `http://` does not. */
const configOf = (env: NodeJS.ProcessEnv): KinesisClientConfig => {
  const endpoint = env['AWS_ENDPOINT_URL_KINESIS'] ?? env['AWS_ENDPOINT_URL']
  if (!endpoint?.startsWith('http://')) return { requestHandler: { requestTimeout: timeouts.requestTimeout } }
  return { requestHandler: http1Handler() as NonNullable<KinesisClientConfig['requestHandler']> }
}

/** Finds the HTTP/1.1 handler where the client has it. Not an import, because a bundle would hold it. */
const http1Handler = (): unknown => {
  try {
    const { createRequire } = process.getBuiltinModule('node:module')
    const fromClient = createRequire(createRequire(import.meta.url).resolve('@aws-sdk/client-kinesis'))
    const { NodeHttpHandler } = fromClient('@smithy/node-http-handler')
    return new NodeHttpHandler(timeouts)
  } catch (cause) {
    throw new InvalidConfigurationError(
      'queueKinesis: an endpoint with http:// requires a client with NodeHttpHandler of @smithy/node-http-handler. ' +
        'Pass it: `senders: { kinesis: queueKinesis({ client }) }`',
      { cause },
    )
  }
}
