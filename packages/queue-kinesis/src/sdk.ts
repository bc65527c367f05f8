import type { KinesisClient, KinesisClientConfig, PutRecordsCommand } from '@aws-sdk/client-kinesis'
import { InvalidConfigurationError } from '@lpipe/core'
import { errorMessage } from '@lpipe/core/middleware'

/** The client, and the command that it sends. */
export interface Sdk {
  readonly client: KinesisClient
  readonly PutRecordsCommand: typeof PutRecordsCommand
}

/**
 * Imports the AWS SDK: only a Lambda that sends pays for it.
 *
 * @throws InvalidConfigurationError if the package cannot be imported
 */
export const loadSdk = async (client: KinesisClient | undefined): Promise<Sdk> => {
  const { KinesisClient, PutRecordsCommand } = await import('@aws-sdk/client-kinesis').catch(throwNotLoaded)
  return { client: client ?? new KinesisClient(configOf(process.env)), PutRecordsCommand }
}

const throwNotLoaded = (cause: unknown): never => {
  const isMissing = (cause as { readonly code?: unknown } | null)?.code === 'ERR_MODULE_NOT_FOUND'
  const text = isMissing
    ? "queueKinesis: requires the package '@aws-sdk/client-kinesis'. Install it: npm install @aws-sdk/client-kinesis"
    : `queueKinesis: could not import '@aws-sdk/client-kinesis': ${errorMessage(cause)}. In a bundle, leave '@aws-sdk/*' external`
  throw new InvalidConfigurationError(text, { cause })
}

/** Without timeouts a connection that hangs would take the whole time of the invocation. */
const timeouts = { connectionTimeout: 3000, requestTimeout: 15_000 }

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
